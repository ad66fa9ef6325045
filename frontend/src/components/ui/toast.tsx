import { useSyncExternalStore } from "react";
import { Button } from "./controls";

/** What can be done about what was told, for as long as it is shown. */
export interface Followed {
  label: string;
  act: () => void;
}

interface Told {
  id: number;
  text: string;
  followed: Followed | undefined;
}

const SHOWN_MS = 6000;
const SHOWN_WITH_ACT_MS = 12_000;
let shown: Told[] = [];
let next = 0;
const listeners = new Set<() => void>();

function set(value: Told[]): void {
  shown = value;
  for (const listener of listeners) listener();
}

const drop = (id: number) => set(shown.filter((item) => item.id !== id));

/** Say that something was done. Errors belong beside what failed, not here. */
export function toast(text: string, followed?: Followed): void {
  const id = next++;
  set([...shown, { id, text, followed }].slice(-3));
  setTimeout(() => drop(id), followed ? SHOWN_WITH_ACT_MS : SHOWN_MS);
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
      {items.map(({ id, text, followed }) => (
        <div
          key={id}
          className="pointer-events-auto flex items-center gap-3 rounded-lg border border-line bg-panel py-2 pr-2 pl-4 shadow-(--shadow)"
        >
          <p className="py-1 pr-2">{text}</p>
          {followed && (
            <Button
              onClick={() => {
                drop(id);
                followed.act();
              }}
            >
              {followed.label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
