/** The business that the figures are of: its currency and its days, as /api/config says. */
export interface Workspace {
  currency: string;
  timezone: string;
  /** The day that weeks begin on, e.g. "monday". */
  week_start: string;
}

let workspace: Workspace = { currency: "EUR", timezone: "UTC", week_start: "monday" };

export const current = () => workspace;

/** Set once from /api/config. */
export function configure({ currency, timezone, week_start }: Workspace): void {
  workspace = { currency, timezone, week_start };
}

const DAY_MS = 86_400_000;

/** The business's day at an instant, as the API takes it: not the browser's, and not UTC's. */
export function today(now: number = Date.now()): string {
  // Swedish writes its days as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: workspace.timezone }).format(now);
}

/** The last day of the last week that has ended, of sales whose newest week begins on a day: never a running week. */
export function throughDay(newestWeek: string, now: number = Date.now()): string {
  const begins = Date.parse(`${newestWeek}T00:00:00Z`);
  const ends = begins + 6 * DAY_MS;
  const running = new Date(ends).toISOString().slice(0, 10) >= today(now);
  return new Date(running ? begins - DAY_MS : ends).toISOString().slice(0, 10);
}

/** The business's day a number of days from today's. */
export function dayAhead(days: number, now: number = Date.now()): string {
  return new Date(Date.parse(`${today(now)}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
