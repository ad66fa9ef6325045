import { api, data } from "@/api/client";
import { PasswordChange } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { signOut } from "@/lib/session";
import { t } from "@/lib/texts";

/** The own password is changed; whoever is signed in with the old one, this tab too, signs in again. */
export default function OwnPassword({ onClose }: { onClose: () => void }) {
  const form = useForm({
    fields: PasswordChange,
    start: { current: "", new: "" },
    send: (body) => data(api.POST("/api/auth/password", { body })),
    stale: [],
    said: () => t("Your password was changed. Sign in with the new one."),
    onDone: () => void signOut(),
  });
  return (
    <Dialog title={t("Change your password")} onClose={onClose}>
      <Form form={form} does={t("Change it")} doing={t("Changing")} onCancel={onClose}>
        <TextField
          label={t("Your password now")}
          type="password"
          autoComplete="current-password"
          {...form.field("current")}
        />
        <TextField
          label={t("Your new password")}
          type="password"
          autoComplete="new-password"
          hint={t("At least 12 characters. You are signed out everywhere, and sign in again.")}
          {...form.field("new")}
        />
      </Form>
    </Dialog>
  );
}
