/** Every number, day and sentence part that is shown goes through here; "No data" is never 0. */

import { current, today } from "./workspace";

const LOCALE = "en-GB";
export const NO_DATA = "No data";

type Maybe = number | string | null | undefined;

function known(value: Maybe): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const trueMinus = (text: string) => text.replace("-", "−");
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const oneFixed = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const share = new Intl.NumberFormat(LOCALE, { style: "percent", ...oneFixed });

/** Whole units; slow sellers keep a decimal, since "0" would hide them. */
export function units(value: Maybe): string {
  const number = known(value);
  if (number === null) return NO_DATA;
  return trueMinus((Math.abs(number) < 10 ? oneDecimal : whole).format(number === 0 ? 0 : number));
}

export function count(value: Maybe): string {
  const number = known(value);
  return number === null ? NO_DATA : trueMinus(whole.format(number));
}

export function range(low: Maybe, high: Maybe): string {
  return known(low) === null || known(high) === null ? NO_DATA : `${units(low)}–${units(high)}`;
}

const MONEY = {
  whole: { maximumFractionDigits: 0 },
  exact: {},
  compact: { notation: "compact", maximumSignificantDigits: 3 },
} as const;

export function money(value: Maybe, style: keyof typeof MONEY = "whole"): string {
  const number = known(value);
  if (number === null) return NO_DATA;
  return trueMinus(
    new Intl.NumberFormat(LOCALE, {
      style: "currency",
      currency: current().currency,
      ...MONEY[style],
    }).format(number),
  );
}

/** A share as per cent with one decimal. */
export function percent(value: Maybe): string {
  const number = known(value);
  return number === null ? NO_DATA : trueMinus(share.format(number));
}

/** How much more or less something is, with its sign: "+34.0%". */
export function change(value: Maybe): string {
  const number = known(value);
  if (number === null) return NO_DATA;
  return `${number > 0 ? "+" : ""}${percent(number)}`;
}

/** A business day, e.g. "26 Nov"; the year only when it is not this one, or asked for. */
export function day(value: string | null | undefined, year: "auto" | "always" = "auto"): string {
  if (!value) return NO_DATA;
  const at = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  const needed = year === "always" || at.getUTCFullYear() !== Number(today().slice(0, 4));
  return new Intl.DateTimeFormat(LOCALE, {
    day: "numeric",
    month: "short",
    year: needed ? "numeric" : undefined,
    timeZone: "UTC",
  }).format(at);
}

/** A month, e.g. "November 2026", of "2026-11". */
export function month(value: string): string {
  return new Intl.DateTimeFormat(LOCALE, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${value}-01T00:00:00Z`),
  );
}

/** A day's name, e.g. "Mon". */
export function weekday(value: string): string {
  return new Intl.DateTimeFormat(LOCALE, { weekday: "short", timeZone: "UTC" }).format(
    new Date(`${value}T00:00:00Z`),
  );
}

/** An instant in the business's time zone, with the zone's name. */
export function instant(value: string | null | undefined): string {
  if (!value) return NO_DATA;
  return new Intl.DateTimeFormat(LOCALE, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: current().timezone,
    timeZoneName: "short",
  }).format(new Date(value));
}

export function clock(value: string | number): string {
  return new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium", timeZone: current().timezone }).format(
    new Date(value),
  );
}

export function ago(value: string | number | null | undefined, now = Date.now()): string {
  if (!value) return "never";
  const seconds = Math.max(0, (now - new Date(value).getTime()) / 1000);
  if (seconds < 45) return "just now";
  const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "short" });
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return relative.format(-Math.round(seconds / 86400), "day");
}

export function duration(seconds: Maybe): string {
  const number = known(seconds);
  if (number === null) return NO_DATA;
  if (number < 60) return `${Math.max(1, Math.round(number))} s`;
  if (number < 3600) return `${Math.round(number / 60)} min`;
  return `${Math.floor(number / 3600)} h ${Math.round((number % 3600) / 60)} min`;
}

const rules = new Intl.PluralRules(LOCALE);

export function plural(value: number, one: string, other = `${one}s`): string {
  return `${count(value)} ${rules.select(value) === "one" ? one : other}`;
}

/** How many products may run out before a delivery, and how many of them have. */
export function atRisk({ at_risk_series: all, out_of_stock_series: out }: AtRisk): string {
  return `${plural(all, "product")} may run out${out > 0 ? `, ${count(out)} of them are out now` : ""}`;
}

interface AtRisk {
  at_risk_series: number;
  out_of_stock_series: number;
}

/** A typed number: "1,200.5" and "12.5" are read, anything else is null. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^[-+−]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(trimmed)) return null;
  return Number(trimmed.replaceAll(",", "").replace("−", "-"));
}

/** A code of the API as words: "seasonal_naive" is "Seasonal naive". */
export function words(name: string | null | undefined): string {
  if (!name) return NO_DATA;
  const spaced = name.replaceAll(/[_-]+/g, " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A change of a share, in percentage points with its sign: "+2.1 pp". */
export function points(change: number | null | undefined): string {
  if (change === null || change === undefined || !Number.isFinite(change)) return NO_DATA;
  const rounded = Math.round(change * 1000) / 10;
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : ""}${Math.abs(rounded).toFixed(1)} pp`;
}
