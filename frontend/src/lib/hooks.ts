import { useIsFetching } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { newId } from "./id";

/** The value once it has not changed for `ms`. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

/** An idempotency key that stays while the request does: sent again after a lost answer, it is one request. */
export function useRequestKey(body: unknown): () => string {
  const last = useRef({ text: "", key: "" });
  return () => {
    const text = JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: newId() };
    return last.current.key;
  };
}

const QUIET_MS = 50;
const AT_LATEST_MS = 2000;
let rested = false;

/** Whether what was opened first has its answers, or waits too long for them: what can wait for that is asked then. */
export function useRested(): boolean {
  const [over, setOver] = useState(rested);
  const busy = useIsFetching() > 0;
  const end = useCallback(() => {
    rested = true;
    setOver(true);
  }, []);
  useEffect(() => {
    const latest = setTimeout(end, AT_LATEST_MS);
    return () => clearTimeout(latest);
  }, [end]);
  useEffect(() => {
    if (busy) return;
    const quiet = setTimeout(end, QUIET_MS);
    return () => clearTimeout(quiet);
  }, [busy, end]);
  return over;
}
