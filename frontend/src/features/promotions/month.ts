/** A month as weeks of days, and what is planned as bars in them. Pure. */

const DAY_MS = 86_400_000;
const NAMES = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const iso = (moment: number) => new Date(moment).toISOString().slice(0, 10);

/** A day so many days on. */
export const plus = (day: string, days: number) => iso(at(day) + days * DAY_MS);

/** A month so many months on, as "2026-11". */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return iso(Date.UTC(year, number - 1 + months, 1)).slice(0, 7);
}

/** The whole weeks that a month lies in, each as its seven days; weeks begin on `start`, e.g. "monday". */
export function weeksOf(month: string, start: string): string[][] {
  const first = at(`${month}-01`);
  const last = at(`${monthAfter(month, 1)}-01`) - DAY_MS;
  const before = (new Date(first).getUTCDay() - NAMES.indexOf(start) + 7) % 7;
  const weeks: string[][] = [];
  for (let monday = first - before * DAY_MS; monday <= last; monday += 7 * DAY_MS)
    weeks.push(Array.from({ length: 7 }, (_, day) => iso(monday + day * DAY_MS)));
  return weeks;
}

export interface Span {
  starts: string;
  ends: string;
}

export interface Bar<Item> {
  item: Item;
  /** Columns 0 to 6, both included. */
  from: number;
  to: number;
  lane: number;
  begins: boolean;
  ends: boolean;
}

/** What lies in a week, each in the first lane that is free: longer ones first, so that they stay in theirs. */
export function barsOf<Item extends Span>(items: readonly Item[], week: readonly string[]): Bar<Item>[] {
  const [first = "", last = ""] = [week[0], week.at(-1)];
  const taken: number[] = [];
  return items
    .filter((item) => item.starts <= last && item.ends >= first)
    .sort((one, other) => one.starts.localeCompare(other.starts) || other.ends.localeCompare(one.ends))
    .map((item) => {
      const from = item.starts < first ? 0 : week.indexOf(item.starts);
      const to = item.ends > last ? week.length - 1 : week.indexOf(item.ends);
      const free = taken.findIndex((until) => until < from);
      const lane = free < 0 ? taken.length : free;
      taken[lane] = to;
      return { item, from, to, lane, begins: item.starts >= first, ends: item.ends <= last };
    });
}

/** The same so many days later. */
export function moved<Item extends Span>(item: Item, days: number): Item {
  return { ...item, starts: plus(item.starts, days), ends: plus(item.ends, days) };
}
