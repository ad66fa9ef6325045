import clsx from "clsx";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { IconButton } from "./controls";

/** A modal on the platform's own element: focus, Escape and the inert page come with it, under a strict CSP too. */
export function Dialog({
  title,
  onClose,
  children,
  bare = false,
  wide = false,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
  bare?: boolean;
  wide?: boolean;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
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
        "max-h-[88dvh] overflow-auto rounded-xl border border-line bg-panel p-0 shadow-(--shadow)",
      )}
    >
      <h2 id={id} className={bare ? "sr-only" : "flex items-center px-5 pt-4 text-title font-semibold"}>
        {title}
        {!bare && (
          <span className="ml-auto font-normal">
            <IconButton label="Close" onClick={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </span>
        )}
      </h2>
      {bare ? children : <div className="px-5 pt-2 pb-5">{children}</div>}
    </dialog>
  );
}
