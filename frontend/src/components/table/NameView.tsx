import { Form } from "@/components/form/Form";
import { text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";

/** What a list shows now gets a name, to come back to. */
export default function NameView({
  onClose,
  onNamed,
}: {
  onClose: () => void;
  onNamed: (name: string) => void;
}) {
  const form = useForm({
    fields: { name: text({ max: 60 }) },
    start: { name: "" },
    send: async ({ name }) => onNamed(name),
    stale: [],
    said: (_, { name }) => t("“{0}” is saved in this browser.", name),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Save what is shown")} onClose={onClose}>
      <Form form={form} does={t("Save")} onCancel={onClose}>
        <TextField
          label={t("Name of the view")}
          placeholder={t("Late from Acme")}
          hint={t("Its filters and order; a view of the same name is replaced")}
          {...form.field("name")}
        />
      </Form>
    </Dialog>
  );
}
