import clsx from "clsx";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/controls";
import { DialogEnd } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import type { Form as State } from "./useForm";

interface Props {
  form: State;
  /** The word of its one primary act, which Enter does too. */
  does: string;
  doing?: string;
  onCancel?: () => void;
  ready?: boolean;
  columns?: boolean;
  /** Said beside the buttons. */
  note?: ReactNode;
  /** In place of what is refused and the buttons. */
  end?: ReactNode;
  children: ReactNode;
}

/** Fields, what was refused, the way out and the one primary act. */
export function Form({
  form,
  does,
  doing = does,
  onCancel,
  ready = true,
  columns,
  note,
  end,
  children,
}: Props) {
  const across = columns && "sm:col-span-2";
  return (
    <form
      ref={form.element}
      noValidate
      onSubmit={form.submit}
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
              {onCancel && <Button onClick={onCancel}>Cancel</Button>}
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
