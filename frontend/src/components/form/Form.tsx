import clsx from "clsx";
import type { KeyboardEvent, ReactNode } from "react";
import { Button } from "@/components/ui/controls";
import { DialogEnd, useNothingToLose } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { t } from "@/lib/texts";
import type { Form as State } from "./useForm";

interface Props {
  form: State;
  /** The word of its one primary act, which Enter does too unless it is deliberate. */
  does: string;
  doing?: string;
  onCancel?: () => void;
  ready?: boolean;
  columns?: boolean;
  /** Only the button does it, not Enter in a field: for what cannot be taken back. */
  deliberate?: boolean;
  /** Said beside the buttons. */
  note?: ReactNode;
  /** In place of what is refused and the buttons. */
  end?: ReactNode;
  children: ReactNode;
}

/** Enter in a field does nothing; on a button it presses that. */
function keptFromSending(event: KeyboardEvent) {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
}

/** Fields, what was refused, the way out and the one primary act. */
export function Form({
  form,
  does,
  doing = does,
  onCancel,
  ready = true,
  columns,
  deliberate = false,
  note,
  end,
  children,
}: Props) {
  useNothingToLose(form.saved);
  const across = columns && "sm:col-span-2";
  return (
    <form
      ref={form.element}
      noValidate
      onSubmit={form.submit}
      onKeyDown={deliberate ? keptFromSending : undefined}
      className={clsx("grid items-start gap-3", columns && "sm:grid-cols-2")}
    >
      {children}
      {end || (
        <>
          {form.refused && (
            <div className={clsx(across)}>
              <Problem error={form.refused} />
            </div>
          )}
          <div className={clsx(across)}>
            <DialogEnd note={note}>
              {onCancel && <Button onClick={onCancel}>{t("Cancel")}</Button>}
              <Button look="primary" type="submit" disabled={!ready || form.busy}>
                {form.busy ? doing : does}
              </Button>
            </DialogEnd>
          </div>
        </>
      )}
    </form>
  );
}
