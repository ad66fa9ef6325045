import clsx from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import {
  createContext,
  type FormEvent,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { t } from "@/lib/texts";
import { Button, IconButton } from "./controls";

/** Where typing begins: what asks for it, the first field, else the first thing to press below the title. */
const FIRST = ["[data-autofocus]", "input, select, textarea", "button, a"];
const NOT_FIRST = "[type=hidden], [type=search]";

function focusFirst(body: HTMLElement | null): void {
  for (const wanted of FIRST) {
    const found = [...(body?.querySelectorAll<HTMLElement>(wanted) ?? [])];
    const first = found.find(
      (element) =>
        !element.matches(":disabled") &&
        (element.dataset.autofocus !== undefined || !element.matches(NOT_FIRST)),
    );
    if (!first) continue;
    first.focus();
    return;
  }
}

const Kept = createContext<() => void>(() => undefined);

/** For the form inside: once it is saved, or gone, nothing is left that closing could lose. */
export function useNothingToLose(saved: boolean): void {
  const keep = useContext(Kept);
  useEffect(() => {
    if (saved) keep();
  }, [saved, keep]);
  useEffect(() => keep, [keep]);
}

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  bare?: boolean;
  wide?: boolean;
}

/**
 * The one modal, on the platform's own element: Escape and the inert page come with it, under a strict CSP too. Its
 * first field has the focus; what had it before gets it back. What was typed and is not saved, neither Escape nor a
 * press beside it drops unasked.
 */
export function Dialog({ title, onClose, children, bare = false, wide = false }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const pressed = useRef<EventTarget | null>(null);
  const [typed, setTyped] = useState(false);
  const [asking, setAsking] = useState(false);
  const id = useId();
  const leave = () => {
    if (typed && !asking) setAsking(true);
    else onClose();
  };
  const noted = ({ target }: FormEvent) => {
    const field = target as HTMLElement;
    if (field.closest("dialog") !== element.current) return; // a dialog in this one asks about its own
    if (!field.matches("[type=search]")) setTyped(true);
    setAsking(false);
  };
  const kept = useCallback(() => {
    setTyped(false);
    setAsking(false);
  }, []);
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    focusFirst(body.current);
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which the element does by itself
    <dialog
      ref={element}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
      onInput={noted}
      // A text that is selected may let go of the mouse beside the dialog: only what is pressed there too is meant.
      onMouseDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        if (event.target === element.current && pressed.current === element.current) leave();
      }}
      className={clsx(
        wide ? "w-[min(980px,calc(100vw-24px))]" : "w-[min(560px,calc(100vw-24px))]",
        "max-h-[88dvh] overflow-auto rounded-xl border border-line bg-panel p-0 text-left whitespace-normal shadow-(--shadow)",
      )}
    >
      <h2 id={id} className={bare ? "sr-only" : "flex items-center px-5 pt-4 text-title font-semibold"}>
        {title}
        {!bare && (
          <span className="ml-auto font-normal">
            <IconButton label={t("Close")} onClick={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </span>
        )}
      </h2>
      <div ref={body} className={bare ? "" : "px-5 pt-2 pb-5"}>
        <Kept value={kept}>{children}</Kept>
      </div>
      {asking && <Unsaved onKeep={() => setAsking(false)} onDrop={onClose} />}
    </dialog>
  );
}

/** Asks before what was typed is gone; it stays in sight at the dialog's end. */
function Unsaved({ onKeep, onDrop }: { onKeep: () => void; onDrop: () => void }) {
  return (
    <div
      role="alert"
      className="sticky bottom-0 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-warn-soft px-5 py-2.5"
    >
      <p className="mr-auto text-warn">{t("What you typed is not saved yet.")}</p>
      <Button look="danger" onClick={onDrop}>
        {t("Drop it")}
      </Button>
      <Button onClick={onKeep} autoFocus>
        {t("Go on typing")}
      </Button>
    </div>
  );
}

/** What a dialog ends with: the way out first, the act it is there for last. */
export function DialogEnd({ note, children }: { note?: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {note && (
        <p role="status" className="mr-auto text-ink-2">
          {note}
        </p>
      )}
      {children}
    </div>
  );
}
