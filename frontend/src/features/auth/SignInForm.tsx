import { useState } from "react";
import { Credentials } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { signIn } from "@/lib/session";
import { t } from "@/lib/texts";
import { Notice } from "./AuthCard";

interface Props {
  /** Who it is, where that is known: then only the password is asked for. */
  username?: string;
  /** Said above while nothing was refused. */
  note: string | undefined;
  onDone: () => void;
}

/** Who somebody is; a code is asked for once the password was right and the account needs one. */
export function SignInForm({ username, note, onDone }: Props) {
  const form = useForm({
    fields: Credentials,
    start: { username: username ?? "", password: "", code: "" },
    send: signIn,
    stale: [],
    onDone,
  });
  const waits = form.error?.code === "awaiting_approval";
  const [asked, setAsked] = useState(false);
  if (!asked && form.error?.code === "code_needed") setAsked(true);
  const told = waits || form.error?.code === "code_needed";
  return (
    <>
      {waits && (
        <Notice bad>{t("Your account is waiting: an administrator has to approve it first.")}</Notice>
      )}
      {note && !form.error && <Notice>{note}</Notice>}
      <Form form={told ? { ...form, refused: null } : form} does={t("Sign in")} doing={t("Signing in")}>
        <TextField
          label={t("User name")}
          autoComplete="username"
          autoFocus={username === undefined}
          readOnly={username !== undefined}
          {...form.field("username")}
        />
        <TextField
          label={t("Password")}
          type="password"
          autoComplete="current-password"
          data-autofocus={username !== undefined || undefined}
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
    </>
  );
}
