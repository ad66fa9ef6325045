import { api, data, type Schemas } from "@/api/client";
import { UserIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { SelectField, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { words } from "@/lib/format";
import { ROLES } from "@/lib/session";
import { t } from "@/lib/texts";
import { SecretShown } from "./SecretShown";

/** Somebody is let in without asking for it. */
export function NewUser({ onClose }: { onClose: () => void }) {
  const form = useForm({
    fields: { username: UserIn.username, email: UserIn.email, role: UserIn.role },
    start: { username: "", email: "", role: "viewer" },
    send: (body) => data(api.POST("/api/users", { body })),
    stale: ["users"],
  });
  if (form.answer) return <PasswordShown made={form.answer} onClose={onClose} />;
  return (
    <Dialog title={t("New user")} onClose={onClose}>
      <Form form={form} does={t("Let them in")} doing={t("Making")} onCancel={onClose}>
        <TextField label={t("Their user name")} autoComplete="off" {...form.field("username")} />
        <TextField label={t("E-mail (optional)")} autoComplete="off" {...form.field("email")} />
        <SelectField
          label={t("Role")}
          hint={t("A viewer reads, a planner changes, an operator settles failures")}
          {...form.field("role")}
        >
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {words(role)}
            </option>
          ))}
        </SelectField>
      </Form>
    </Dialog>
  );
}

/** The one time that a password is seen. */
export function PasswordShown({ made, onClose }: { made: Schemas["UserWithPassword"]; onClose: () => void }) {
  return (
    <SecretShown title={t("Password of {0}", made.username)} secret={made.password} onClose={onClose}>
      {t(
        "Hand it over now: it is shown this once, and only its hash is kept. They change it in the menu with their initials.",
      )}
    </SecretShown>
  );
}
