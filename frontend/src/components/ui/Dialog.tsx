import clsx from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { t } from "@/lib/texts";
import { IconButton } from "./controls";

/** Where typing begins: what asks for it, the first field, else the first thing to press below the title. */
const FIRST = ["[data-autofocus]", "input, select, textarea", "button, a"];
const NOT_FIRST = ":disabled, [type=hidden], [type=search]";

function focusFirst(body: HTMLElement | null): void {
  for (const wanted of FIRST) {
    const found = [...(body?.querySelectorAll<HTMLElement>(wanted) ?? [])];
    const first = found.find(
      (element) => element.dataset.autofocus !== undefined || !element.matches(NOT_FIRST),
    );
    if (!first) continue;
    first.focus();
    return;
  }
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
 * first field has the focus; what had it before gets it back.
 */
export function Dialog({ title, onClose, children, bare = false, wide = false }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const id = useId();
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
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
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
        {children}
      </div>
    </dialog>
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
