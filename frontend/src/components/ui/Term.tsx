import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { GLOSSARY } from "@/lib/glossary.gen";
import { t } from "@/lib/texts";

export type Word = keyof typeof GLOSSARY;

interface Props {
  /** Of the glossary; what is shown may be another word for it. */
  of: Word;
  /** Already something to press, which then explains itself too. */
  pressed?: boolean;
  children: ReactNode;
}

const POINTED_MS = 250;
const LEFT_MS = 120;
const WIDTH = 288;
const MARGIN = 12;

/** A word that says what it means, where it stands: when pointed at, and when it has the focus. Escape puts it away. */
export function Term({ of, pressed = false, children }: Props) {
  const id = useId();
  const [at, setAt] = useState<DOMRect | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const soon = (act: () => void, milliseconds: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, milliseconds);
  };
  const show = ({ currentTarget }: { currentTarget: Element }, milliseconds: number) => {
    const place = currentTarget.getBoundingClientRect();
    soon(() => setAt(place), milliseconds);
  };
  const away = () => soon(() => setAt(null), LEFT_MS); // so that the pointer can go over to what is explained
  const explains = {
    "aria-describedby": at ? id : undefined,
    onPointerEnter: (event: { currentTarget: Element }) => show(event, POINTED_MS),
    onPointerLeave: away,
    onFocus: (event: { currentTarget: Element }) => show(event, 0),
    onBlur: away,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !at) return;
      event.preventDefault(); // it is what Escape puts away, not the dialog around it
      event.stopPropagation();
      clearTimeout(timer.current);
      setAt(null);
    },
  };
  return (
    <>
      {pressed ? (
        cloneElement(children as ReactElement<typeof explains>, explains)
      ) : (
        <button
          type="button"
          className="cursor-help underline decoration-control decoration-dotted underline-offset-3"
          {...explains}
        >
          {children}
        </button>
      )}
      {at && (
        <Explained id={id} at={at} onPointerEnter={() => clearTimeout(timer.current)} onPointerLeave={away}>
          <strong className="text-ink">{t(of.charAt(0).toUpperCase() + of.slice(1))}</strong>:{" "}
          {t(GLOSSARY[of])}.
        </Explained>
      )}
    </>
  );
}

interface ExplainedProps {
  id: string;
  at: DOMRect;
  onPointerEnter: () => void;
  onPointerLeave: () => void;
  children: ReactNode;
}

/** Above everything, dialogs too: below its word, or above it where there is no room. */
function Explained({ at, children, ...rest }: ExplainedProps) {
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
