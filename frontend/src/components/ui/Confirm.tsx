import { type ReactNode, useState } from "react";
import { type Act, useAct } from "@/lib/acts";
import { t } from "@/lib/texts";
import { Button } from "./controls";
import { Dialog, DialogEnd } from "./Dialog";
import { Problem } from "./Problem";

interface ConfirmProps {
  title: string;
  /** What the act is called: the button's word. */
  does: string;
  danger?: boolean;
  /** Nothing takes it back, though it destroys nothing. */
  final?: boolean;
  ready?: boolean;
  busy: boolean;
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  /** What it will do, in numbers. */
  children: ReactNode;
}

/** Asks before an act. Enter does what is safe: the way out of what destroys, and of what nothing takes back. */
export function Confirm({
  title,
  does,
  danger = false,
  final = danger,
  ready = true,
  busy,
  error,
  ...rest
}: ConfirmProps) {
  return (
    <Dialog title={title} onClose={rest.onClose}>
      <div className="flex flex-col gap-4">
        <div className="text-ink-2">{rest.children}</div>
        <Problem error={error} />
        <DialogEnd>
          <Button onClick={rest.onClose} data-autofocus={final || undefined}>
            {t("Cancel")}
          </Button>
          <Button
            look={danger ? "danger" : "primary"}
            disabled={!ready || busy}
            onClick={rest.onConfirm}
            data-autofocus={final ? undefined : true}
          >
            {does}
          </Button>
        </DialogEnd>
      </div>
    </Dialog>
  );
}

interface ButtonProps<Answer> extends Act<void, Answer> {
  label: ReactNode;
  /** For buttons of the same word, one a row. */
  name?: string;
  look?: "primary" | "plain" | "danger";
  final?: boolean;
  disabled?: boolean;
  title: string;
  does: string;
  children: ReactNode;
}

/** A button whose act asks first. */
export function ConfirmButton<Answer>({
  label,
  name,
  look = "plain",
  final = look === "danger",
  disabled,
  ...rest
}: ButtonProps<Answer>) {
  const { title, does, children, ...act } = rest;
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  const done = useAct<void, Answer>({
    ...act,
    onDone: (answer) => {
      close();
      act.onDone?.(answer);
    },
  });
  return (
    <>
      <Button
        look={look}
        aria-label={name}
        disabled={disabled || done.isPending}
        onClick={() => {
          done.reset();
          setAsking(true);
        }}
      >
        {label}
      </Button>
      {asking && (
        <Confirm
          title={title}
          does={does}
          danger={look === "danger"}
          final={final}
          busy={done.isPending}
          error={done.error}
          onConfirm={() => done.mutate()}
          onClose={close}
        >
          {children}
        </Confirm>
      )}
    </>
  );
}
