import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { GLOSSARY } from "@/lib/glossary.gen";

export type Word = keyof typeof GLOSSARY;

interface Props {
  /** Of the glossary; what is shown may be another word for it. */
  of: Word;
  /** Already something to press, which then explains itself too. */
  pressed?: boolean;
  children: ReactNode;
}

/** A word that says what it means, where it stands: when pointed at, and when it has the focus. Escape puts it away. */
export function Term({ of, pressed = false, children }: Props) {
  return (
    <Tooltip.Provider delayDuration={250}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>
          {pressed ? (
            children
          ) : (
            <button
              type="button"
              className="cursor-help underline decoration-control decoration-dotted underline-offset-3"
            >
              {children}
            </button>
          )}
        </Tooltip.Trigger>
        <Tooltip.Content
          side="bottom"
          sideOffset={6}
          collisionPadding={12}
          className="z-50 max-w-72 rounded-lg border border-line bg-panel px-3 py-2 text-left text-sec font-normal whitespace-normal text-ink-2 normal-case shadow-(--shadow)"
        >
          <strong className="text-ink">{of.charAt(0).toUpperCase() + of.slice(1)}</strong>: {GLOSSARY[of]}.
        </Tooltip.Content>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
