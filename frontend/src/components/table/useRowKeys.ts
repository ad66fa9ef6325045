import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";

const STEPS: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 };

interface Options {
  box: RefObject<HTMLElement | null>;
  count: number;
  scrollTo: (place: number) => void;
  onEnter: (place: number) => void;
  /** Letters that act on the row with the focus. */
  onLetter: (letter: string, place: number) => boolean;
}

/**
 * One row takes the focus (a roving tab stop); arrows, J and K, the page keys, Home and End move it. Letters act only
 * while a row has it, and never what is typed into a field of the row.
 */
export function useRowKeys({ box, count, scrollTo, onEnter, onLetter }: Options) {
  const [current, setCurrent] = useState(0);
  const moved = useRef(false);
  const place = Math.min(current, Math.max(0, count - 1));
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    box.current?.querySelector<HTMLElement>(`tr[data-place="${place}"]`)?.focus({ preventScroll: true });
  });
  const move = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    moved.current = true;
    scrollTo(next);
    setCurrent(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    if (target.matches("input, select, textarea")) return;
    const onRow = target.matches("tr");
    const step = STEPS[event.key];
    if (step) move(place + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(count - 1);
    else if (event.key === "/") searchOf(box.current)?.focus();
    else if (onRow && event.key === "Enter") onEnter(place);
    else if (!(onRow && onLetter(event.key.toLowerCase(), place))) return;
    event.preventDefault();
  };
  return { place, setCurrent, onKeyDown };
}

/** The filter of the list that a table stands in. */
function searchOf(box: HTMLElement | null): HTMLElement | null | undefined {
  return box?.closest("[data-list]")?.querySelector<HTMLElement>("[type=search]");
}
