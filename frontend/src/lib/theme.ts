import { useSyncExternalStore } from "react";

const KEY = "almanac-theme";
const listeners = new Set<() => void>();

const read = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

export function toggleTheme(): void {
  const next = read() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be forbidden; the choice then lasts until the reload.
  }
  for (const listener of listeners) listener();
}

export function useTheme(): "light" | "dark" {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}
