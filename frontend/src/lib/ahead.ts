/**
 * What every page begins with, asked for while the dashboard itself is on its way: the session renewed, and how the
 * business counts. Each answer is taken once; who comes later, or finds that nothing answered, asks anew.
 */
const answers = new Map<string, Promise<Response | null>>();

export const RENEWAL = "/api/auth/refresh";
const CONFIG = "/api/config";
/** Where there is no session yet. */
const OUTSIDE = ["/login", "/register"];

/** One tab at a time (Web Lock): refresh tokens rotate, and a reused one ends the session. */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request("almanac-refresh", work) as Promise<T>) : work();
}

export function begin(): void {
  if (OUTSIDE.includes(location.pathname)) return;
  const asked = {
    [RENEWAL]: exclusively(() => fetch(new URL(RENEWAL, location.origin), { method: "POST" })),
    [CONFIG]: fetch(new URL(CONFIG, location.origin)),
  };
  for (const [path, answer] of Object.entries(asked))
    answers.set(
      path,
      answer.catch(() => null),
    );
}

/** The answer that was asked for ahead, or null. */
export function taken(path: string): Promise<Response | null> | null {
  const answer = answers.get(path) ?? null;
  answers.delete(path);
  return answer;
}
