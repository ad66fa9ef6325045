import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type ApiError, asApiError } from "@/api/errors";
import { Button, TextField } from "@/components/ui/controls";
import { signIn } from "@/lib/session";
import { AuthCard, Notice } from "./AuthCard";

/** Only a path of this site: a link must not send people elsewhere after they signed in. */
export function safeReturn(from: string | undefined): string {
  return from?.startsWith("/") && !/^\/[/\\]/.test(from) && !from.startsWith("/login") ? from : "/";
}

export function SignIn({ from }: { from: string | undefined }) {
  const router = useRouter();
  const navigate = useNavigate();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(username.trim(), password);
      const target = safeReturn(from);
      if (target === "/") await navigate({ to: "/" });
      else router.history.push(target);
    } catch (failure) {
      setError(asApiError(failure));
      setBusy(false);
    }
  };

  return (
    <AuthCard title="Sign in">
      {from && !error && <Notice>Sign in to go on where you were.</Notice>}
      {error && (
        <Notice bad>
          {error.code === "awaiting_approval"
            ? "Your account is waiting: an administrator has to approve it first."
            : error.message}
        </Notice>
      )}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="User name"
          autoComplete="username"
          required
          autoFocus
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? "Signing in" : "Sign in"}
        </Button>
      </form>
      <p className="text-ink-2">
        No account?{" "}
        <Link to="/register" className="text-accent underline">
          Ask for access
        </Link>
      </p>
    </AuthCard>
  );
}
