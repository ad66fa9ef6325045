import type { FormEvent, ReactNode } from "react";
import type { ApiError } from "@/api/errors";
import { Button, TextField } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import { differences, type Field, type Form, fault } from "./logic";

interface Props {
  fields: readonly Field[];
  /** Fields whose changes by others are told; those that are shown when left out. */
  compared?: readonly Field[];
  form: Form;
  onForm: (form: Form) => void;
  error: ApiError | null;
  busy: boolean;
  ready: boolean;
  /** What was read when the edit began, and what is stored now when somebody was quicker. */
  before: Record<string, unknown>;
  now: Record<string, unknown> | undefined;
  onSave: () => void;
  onAgain: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Fields side by side; somebody else's change in between is shown, and what was typed stays. */
export function EditForm(props: Props) {
  const { fields, form, error, before, now, busy } = props;
  const stale = error?.code === "stale_revision";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (props.ready && !stale) props.onSave();
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      {props.children}
      <div className="grid items-start gap-3 sm:grid-cols-2">
        {fields.map((field) => (
          <TextField
            key={field.name}
            label={`${field.label}${field.optional ? " (optional)" : ""}`}
            inputMode={field.text ? "text" : "decimal"}
            hint={field.hint}
            maxLength={field.text ? 200 : 20}
            value={form[field.name] ?? ""}
            error={
              (form[field.name] === "" ? undefined : fault(field, form[field.name] ?? "")) ??
              error?.field(field.name)
            }
            onChange={(event) => props.onForm({ ...form, [field.name]: event.target.value })}
          />
        ))}
      </div>
      {stale ? (
        <div role="alert" className="rounded-lg bg-warn-soft px-4 py-3">
          <p className="font-medium text-warn">Somebody changed this while you were at it</p>
          <p className="text-ink-2">
            Theirs is saved. What you typed still stands; what you did not touch is theirs now.
          </p>
          <ul className="py-1">
            {now &&
              differences(props.compared ?? fields, before, now).map((item) => (
                <li key={item.label} className="text-ink-2">
                  {item.label}: {item.before} → <strong className="text-ink">{item.now}</strong>
                </li>
              ))}
          </ul>
          <Button disabled={!now || busy} onClick={props.onAgain}>
            Save mine on top of that
          </Button>
        </div>
      ) : (
        error && !fields.some((field) => error.field(field.name)) && <Problem error={error} />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={props.onClose}>Cancel</Button>
        {!stale && (
          <Button look="primary" type="submit" disabled={!props.ready || busy}>
            {busy ? "Saving" : "Save"}
          </Button>
        )}
      </div>
    </form>
  );
}
