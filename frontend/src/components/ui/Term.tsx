import {
  cloneElement,
  type KeyboardEvent,
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import type { Word } from "./Explained";

export type { Word };

const load = () => import("./Explained");
const Explained = lazy(load);

interface Props {
  /** Of the glossary; what is shown may be another word for it. */
  of: Word;
  /** Already something to press, which then explains itself too. */
  pressed?: boolean;
  children: ReactNode;
}

const POINTED_MS = 250;
const LEFT_MS = 120;

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
    void load();
    const place = currentTarget.getBoundingClientRect();
    soon(() => setAt(place), milliseconds);
  };
  const away = () => soon(() => setAt(null), LEFT_MS); // so that the pointer can go over to what is explained
  const explains = {
    "data-term": of,
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
          className="cursor-help [text-align:inherit] underline decoration-control decoration-dotted underline-offset-3"
          {...explains}
        >
          {children}
        </button>
      )}
      {at && (
        <Suspense>
          <Explained
            of={of}
            id={id}
            at={at}
            onPointerEnter={() => clearTimeout(timer.current)}
            onPointerLeave={away}
          />
        </Suspense>
      )}
    </>
  );
}
