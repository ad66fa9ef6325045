import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { Credentials } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { signIn } from "@/lib/session";
import { t } from "@/lib/texts";
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
    start: { username: "", password: "", code: "" },
    send: signIn,
    stale: [],
    onDone: () => {
      const target = safeReturn(from);
      if (target === "/") void navigate({ to: "/" });
      else router.history.push(target);
    },
  });
  const waits = form.error?.code === "awaiting_approval";
  const [asked, setAsked] = useState(false);
  if (!asked && form.error?.code === "code_needed") setAsked(true);
  const told = waits || form.error?.code === "code_needed";
  return (
    <AuthCard title={t("Sign in")}>
      {waits && (
        <Notice bad>{t("Your account is waiting: an administrator has to approve it first.")}</Notice>
      )}
      {from && !form.error && <Notice>{t("Sign in to go on where you were.")}</Notice>}
      <Form form={told ? { ...form, refused: null } : form} does={t("Sign in")} doing={t("Signing in")}>
        <TextField label={t("User name")} autoComplete="username" autoFocus {...form.field("username")} />
        <TextField
          label={t("Password")}
          type="password"
          autoComplete="current-password"
          {...form.field("password")}
        />
        {asked && (
          <TextField
            label={t("Code")}
            hint={t("The six digits that your device shows now, or one of your recovery codes")}
            autoComplete="one-time-code"
            inputMode="text"
            autoFocus
            {...form.field("code")}
          />
        )}
      </Form>
      <p className="text-ink-2">
        {t("No account?")}{" "}
        <Link to="/register" className="text-accent underline">
          {t("Ask for access")}
        </Link>
      </p>
    </AuthCard>
  );
}
