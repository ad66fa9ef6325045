import { useSyncExternalStore } from "react";

let shown: { id: number; text: string }[] = [];
let next = 0;
const listeners = new Set<() => void>();

function set(value: typeof shown): void {
  shown = value;
  for (const listener of listeners) listener();
}

/** Say that something was done. Errors belong beside what failed, not here. */
export function toast(text: string): void {
  const id = next++;
  set([...shown, { id, text }].slice(-3));
  setTimeout(() => set(shown.filter((item) => item.id !== id)), 6000);
}

export function Toaster() {
  const items = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div role="status" className="pointer-events-none fixed right-4 bottom-4 z-50 flex flex-col gap-2">
      {items.map((item) => (
        <p key={item.id} className="rounded-lg border border-line bg-panel px-4 py-2.5 shadow-(--shadow)">
          {item.text}
        </p>
      ))}
    </div>
  );
}
