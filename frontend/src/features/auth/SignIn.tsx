import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { Credentials } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { signIn } from "@/lib/session";
import { AuthCard, Notice } from "./AuthCard";

/** Only a path of this site: a link must not send people elsewhere after they signed in. */
export function safeReturn(from: string | undefined): string {
  return from?.startsWith("/") && !/^\/[/\\]/.test(from) && !from.startsWith("/login") ? from : "/";
}

export function SignIn({ from }: { from: string | undefined }) {
  const router = useRouter();
  const navigate = useNavigate();
  const form = useForm({
    fields: Credentials,
    start: { username: "", password: "" },
    send: ({ username, password }) => signIn(username, password),
    stale: [],
    onDone: () => {
      const target = safeReturn(from);
      if (target === "/") void navigate({ to: "/" });
      else router.history.push(target);
    },
  });
  const waits = form.error?.code === "awaiting_approval";
  return (
    <AuthCard title="Sign in">
      {waits && <Notice bad>Your account is waiting: an administrator has to approve it first.</Notice>}
      {from && !form.error && <Notice>Sign in to go on where you were.</Notice>}
      <Form form={waits ? { ...form, refused: null } : form} does="Sign in" doing="Signing in">
        <TextField label="User name" autoComplete="username" autoFocus {...form.field("username")} />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          {...form.field("password")}
        />
      </Form>
      <p className="text-ink-2">
        No account?{" "}
        <Link to="/register" className="text-accent underline">
          Ask for access
        </Link>
      </p>
    </AuthCard>
  );
}
