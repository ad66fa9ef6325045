/** What is planned as bars in the weeks of a month. Pure. */
import { plus } from "@/lib/days";

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
