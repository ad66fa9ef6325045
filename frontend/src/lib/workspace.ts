/** The business that the figures are of: its currency and its days, as /api/config says. */
export interface Workspace {
  currency: string;
  timezone: string;
}

let workspace: Workspace = { currency: "EUR", timezone: "UTC" };

export const current = () => workspace;

/** Set once from /api/config. */
export function configure({ currency, timezone }: Workspace): void {
  workspace = { currency, timezone };
}

const DAY_MS = 86_400_000;

/** The business's day at an instant, as the API takes it: not the browser's, and not UTC's. */
export function today(now: number = Date.now()): string {
  // Swedish writes its days as ISO 8601 does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: workspace.timezone }).format(now);
}

/** The business's day a number of days from today's. */
export function dayAhead(days: number, now: number = Date.now()): string {
  return new Date(Date.parse(`${today(now)}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
