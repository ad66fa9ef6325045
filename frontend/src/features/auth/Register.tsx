import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type ApiError, asApiError, errorOf } from "@/api/errors";
import { Button, TextField } from "@/components/ui/controls";
import { post } from "@/lib/session";
import { AuthCard, Notice } from "./AuthCard";

export function Register() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<ApiError | null>(null);
  const [waiting, setWaiting] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    try {
      const response = await post("/api/auth/register", { username: username.trim(), password });
      if (!response.ok) throw await errorOf(response);
      setWaiting(true);
    } catch (failure) {
      setError(asApiError(failure));
    }
  };

  if (waiting) {
    return (
      <AuthCard title="Waiting for approval">
        <p className="text-ink-2">
          The account <strong className="text-ink">{username}</strong> exists. An administrator has to approve
          it before you can sign in.
        </p>
        <Link to="/login" className="text-accent underline">
          Back to sign in
        </Link>
      </AuthCard>
    );
  }
  return (
    <AuthCard title="Ask for access">
      {error && !error.fields.length && <Notice bad>{error.message}</Notice>}
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="User name"
          autoComplete="username"
          required
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          error={error?.field("username")}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={error?.field("password")}
        />
        <Button look="primary" type="submit">
          Ask for access
        </Button>
      </form>
      <Link to="/login" className="text-accent underline">
        Back to sign in
      </Link>
    </AuthCard>
  );
}
