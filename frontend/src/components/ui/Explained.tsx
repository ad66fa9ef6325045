import { type ReactNode, useEffect, useRef } from "react";
import { GLOSSARY } from "@/lib/glossary.gen";
import { t } from "@/lib/texts";

export type Word = keyof typeof GLOSSARY;

interface Props {
  of: Word;
  id: string;
  /** The place of the word. */
  at: DOMRect;
  onPointerEnter: () => void;
  onPointerLeave: () => void;
}

const WIDTH = 288;
const MARGIN = 12;

/** What a word means, as the glossary says it: it comes when the first word is pointed at. */
export default function Explained({ of, ...rest }: Props) {
  return (
    <Above {...rest}>
      <strong className="text-ink">{t(of.charAt(0).toUpperCase() + of.slice(1))}</strong>: {t(GLOSSARY[of])}.
    </Above>
  );
}

/** Above everything, dialogs too: below its word, or over it where there is no room. */
function Above({ at, children, ...rest }: Omit<Props, "of"> & { children: ReactNode }) {
  const element = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    element.current?.showPopover?.();
  }, []);
  const below = at.bottom + 120 < window.innerHeight;
  const left = Math.max(MARGIN, Math.min(at.left, window.innerWidth - WIDTH - MARGIN));
  return (
    <span
      ref={element}
      role="tooltip"
      popover="manual"
      style={{
        inset: "auto",
        left,
        ...(below ? { top: at.bottom + 6 } : { bottom: window.innerHeight - at.top + 6 }),
        maxWidth: WIDTH,
      }}
      className="fixed m-0 rounded-lg border border-line bg-panel px-3 py-2 text-left text-sec font-normal whitespace-normal text-ink-2 normal-case shadow-(--shadow)"
      {...rest}
    >
      {children}
    </span>
  );
}
