import type { ReactNode } from "react";
import { Form } from "@/components/form/Form";
import type { FieldProps, Form as State } from "@/components/form/useForm";
import { Button, TextField } from "@/components/ui/controls";
import { DialogEnd } from "@/components/ui/Dialog";
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
          <>
            <div role="alert" className="rounded-lg bg-warn-soft px-4 py-3 sm:col-span-2">
              <p className="font-medium text-warn">{t("Somebody changed this while you were at it")}</p>
              <p className="text-ink-2">
                {t("Theirs is saved. What you typed still stands; what you did not touch is theirs now.")}
              </p>
              <ul className="py-1">
                {now &&
                  differences(compared, { ...before }, { ...now }).map((item) => (
                    <li key={item.label} className="text-ink-2">
                      {item.label}: {item.before} → <strong className="text-ink">{item.now}</strong>
                    </li>
                  ))}
              </ul>
              <Button disabled={!now || form.busy} onClick={form.send}>
                {t("Save mine on top of that")}
              </Button>
            </div>
            <div className="sm:col-span-2">
              <DialogEnd>
                <Button onClick={onClose}>{t("Cancel")}</Button>
              </DialogEnd>
            </div>
          </>
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
