import type { ReactNode } from "react";
import { Form } from "@/components/form/Form";
import { Theirs } from "@/components/form/Theirs";
import type { FieldProps, Form as State } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { t } from "@/lib/texts";
import { differences, type Field } from "./logic";

interface Props {
  edit: {
    form: State & { field: (name: never) => FieldProps; send: () => void };
    before: object | undefined;
    now: object | undefined;
    stale: boolean;
  };
  fields: readonly Field[];
  /** Fields whose changes by others are told; those that are shown when left out. */
  compared?: readonly Field[];
  onClose: () => void;
  children?: ReactNode;
}

/** Fields side by side; somebody else's change in between is shown, and what was typed stays. */
export function EditForm({ edit, fields, compared = fields, onClose, children }: Props) {
  const { form, before = {}, now, stale } = edit;
  return (
    <Form
      form={form}
      does={t("Save")}
      doing={t("Saving")}
      onCancel={onClose}
      columns
      end={
        stale && (
          <Theirs
            changes={now && differences(compared, { ...before }, { ...now })}
            busy={form.busy}
            onAgain={form.send}
            onClose={onClose}
          />
        )
      }
    >
      {children}
      {fields.map(({ name, label, hint, text }) => {
        const given = form.field(name as never);
        return (
          <TextField
            key={name}
            label={`${label}${given["aria-required"] ? "" : t(" (optional)")}`}
            inputMode={text ? "text" : "decimal"}
            hint={hint}
            {...given}
          />
        );
      })}
    </Form>
  );
}
