import { useSyncExternalStore } from "react";

const KEY = "almanac-theme";
const listeners = new Set<() => void>();

const read = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

function show(theme: "light" | "dark"): void {
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

export function toggleTheme(): void {
  const next = read() === "dark" ? "light" : "dark";
  show(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be forbidden; the choice then lasts until the reload.
  }
}

/** Whoever chose none has the system's, also when that turns at dusk with the page open. */
export function followSystemTheme(): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
    try {
      if (localStorage.getItem(KEY)) return;
    } catch {
      // Nothing can have been kept.
    }
    show(matches ? "dark" : "light");
  });
}

export function useTheme(): "light" | "dark" {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}
