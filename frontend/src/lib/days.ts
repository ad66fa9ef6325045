/** Days, as ISO texts: reckoned with, written and read as people of a place type them. Pure. */

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

/** The same day of a month so many months on, or that month's last. */
export function sameDay(day: string, months: number): string {
  const month = monthAfter(day.slice(0, 7), months);
  const last = plus(`${monthAfter(month, 1)}-01`, -1);
  const wanted = `${month}-${day.slice(8)}`;
  return wanted > last ? last : wanted;
}

/** Whose way of writing days is taken: the browser's, which says how its user reads them. */
export const reader = () => globalThis.navigator?.language || "en-GB";

type Part = "day" | "month" | "year";

const written = (locale: string) =>
  new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: "UTC",
    calendar: "gregory",
    numberingSystem: "latn",
  });

/** A day as a reader types it, e.g. "26/11/2026", "11/26/2026" or "26.11.2026". */
export const writtenDay = (day: string, locale = reader()) => written(locale).format(at(day));

const orderOf = (locale: string) =>
  written(locale)
    .formatToParts(0)
    .map(({ type }) => type)
    .filter((type): type is Part => ["day", "month", "year"].includes(type));

/** The month that a name, or the beginning of one, stands for: in the reader's language or in English. */
function monthOf(name: string, locale: string): number | null {
  const typed = name.toLowerCase().replace(".", "");
  if (typed.length < 3) return null;
  for (const language of [locale, "en-GB"]) {
    const long = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
    for (let month = 0; month < 12; month += 1)
      if (
        long
          .format(Date.UTC(2024, month, 1))
          .toLowerCase()
          .startsWith(typed)
      )
        return month + 1;
  }
  return null;
}

/**
 * What a reader typed as a day: ISO always, else three parts in the reader's own order, the month as a number or a name.
 * Null when it is none. A year of two digits is one of this century, and only where typing has ended.
 */
export function readDay(typed: string, { locale = reader(), ended = false } = {}): string | null {
  const parts = typed
    .trim()
    .split(/[\s./,-]+/)
    .filter(Boolean);
  if (parts.length !== 3) return null;
  const found: Partial<Record<Part, string>> = {};
  const named = parts.findIndex((part) => /^\p{L}/u.test(part));
  if (/^\d{4}$/.test(parts[0] ?? "")) [found.year, found.month, found.day] = parts;
  else if (named >= 0) {
    const others = parts.filter((_, place) => place !== named);
    [found.day, found.year] = others;
    found.month = String(monthOf(parts[named] ?? "", locale) ?? "");
  } else for (const [place, part] of orderOf(locale).entries()) found[part] = parts[place] ?? "";
  const { year = "", month = "", day = "" } = found;
  if (!/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return null;
  if (!/^\d{4}$/.test(year) && !(ended && /^\d\d$/.test(year))) return null;
  const said = `${year.padStart(4, "20")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const moment = at(said);
  return Number.isNaN(moment) || iso(moment) !== said ? null : said;
}
