/** Every number, day and sentence part that is shown goes through here; "No data" is never 0. */

import { locale, t, tn } from "./texts";
import { current, today } from "./workspace";

export const NO_DATA = t("No data");

type Maybe = number | string | null | undefined;

function known(value: Maybe): number | null {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const trueMinus = (text: string) => text.replace("-", "−");
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const oneFixed = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
const oneDecimalFixed = new Intl.NumberFormat(locale, oneFixed);
const share = new Intl.NumberFormat(locale, { style: "percent", ...oneFixed });

/** Whole units; slow sellers keep a decimal, since "0" would hide them. */
export function units(value: Maybe): string {
  const number = known(value);
  if (number === null) return NO_DATA;
  return trueMinus((Math.abs(number) < 10 ? oneDecimal : whole).format(number === 0 ? 0 : number));
}

/** Numbers of one sum, all with the decimal that one of them needs: what is shown adds up. */
export function together(...values: readonly number[]): string[] {
  const fine = values.some((value) => Math.abs(value - Math.round(value)) >= 0.05);
  return values.map((value) => trueMinus((fine ? oneDecimalFixed : whole).format(value === 0 ? 0 : value)));
}

export function count(value: Maybe): string {
  const number = known(value);
  return number === null ? NO_DATA : trueMinus(whole.format(number));
}

/** So many days, where there is no room for the word: "12 d". */
export const shortDays = (value: Maybe) => t("{0} d", units(value));

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
    new Intl.NumberFormat(locale, {
      style: "currency",
      currency: current().currency,
      ...MONEY[style],
    }).format(number),
  );
}

/** A measure that has no unit, such as an elasticity, with so many decimals; `signed`: a plus is said, too. */
export function decimals(value: Maybe, digits: number, signed = false): string {
  const number = known(value);
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const sign = { signDisplay: signed ? "exceptZero" : "auto" } as const;
  return number === null
    ? NO_DATA
    : trueMinus(new Intl.NumberFormat(locale, { ...places, ...sign }).format(number));
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
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: needed ? "numeric" : undefined,
    timeZone: "UTC",
  }).format(at);
}

/** A month, e.g. "November 2026", of "2026-11". */
export function month(value: string): string {
  return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${value}-01T00:00:00Z`),
  );
}

/** A day's name, e.g. "Mon". */
export function weekday(value: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }).format(
    new Date(`${value}T00:00:00Z`),
  );
}

/** An instant in the business's time zone, with the zone's name. */
export function instant(value: string | null | undefined): string {
  if (!value) return NO_DATA;
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: current().timezone,
    timeZoneName: "short",
  }).format(new Date(value));
}

export function clock(value: string | number): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone: current().timezone }).format(
    new Date(value),
  );
}

export function ago(value: string | number | null | undefined, now = Date.now()): string {
  if (!value) return t("never");
  const seconds = Math.max(0, (now - new Date(value).getTime()) / 1000);
  if (seconds < 45) return t("just now");
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (seconds < 3600) return relative.format(-Math.round(seconds / 60), "minute");
  if (seconds < 86400) return relative.format(-Math.round(seconds / 3600), "hour");
  return relative.format(-Math.round(seconds / 86400), "day");
}

export function duration(seconds: Maybe): string {
  const number = known(seconds);
  if (number === null) return NO_DATA;
  if (number < 60) return t("{0} s", Math.max(1, Math.round(number)));
  if (number < 3600) return t("{0} min", Math.round(number / 60));
  return t("{0} h {1} min", Math.floor(number / 3600), Math.round((number % 3600) / 60));
}

export function plural(value: number, one: string, other = `${one}s`): string {
  return `${count(value)} ${tn(value, one, other)}`;
}

/** How many products may run out before a delivery, and how many of them have. */
export function atRisk({ at_risk_series: all, out_of_stock_series: out }: AtRisk): string {
  return t(
    "{0} may run out{1}",
    plural(all, "product"),
    out > 0 ? t(", {0} of them are out now", count(out)) : "",
  );
}

interface AtRisk {
  at_risk_series: number;
  out_of_stock_series: number;
}

/**
 * A typed number: "1,200.5", "1 200.5" and "12.5" are read, anything else is null. Where a comma is the decimal sign,
 * "1.200,5", "1 200,5" and "12.5" are; "1.200" would be either, and is neither.
 */
export function parseNumber(text: string, comma = locale !== "en-GB"): number | null {
  const trimmed = text.trim().replace("−", "-");
  const typed = trimmed.replaceAll(/(?<=\d)\s(?=\d{3}(\D|$))/g, "");
  if (!comma)
    return /^[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(typed) ? Number(typed.replaceAll(",", "")) : null;
  if (/^[-+]?\d+(\.\d+)?$/.test(typed)) return /\.\d{3}$/.test(typed) ? null : Number(typed);
  if (!/^[-+]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/.test(typed)) return null;
  return Number(typed.replaceAll(".", "").replace(",", "."));
}

/** A number of the API as its reader types it: what `parseNumber` reads as the same. Unknown is an empty field. */
export function typedNumber(value: Maybe, comma = locale !== "en-GB"): string {
  const number = known(value);
  return number === null ? "" : String(number).replace(".", comma ? "," : ".");
}

/** A code of the API as words: "seasonal_naive" is "Seasonal naive". */
export function words(name: string | null | undefined): string {
  if (!name) return NO_DATA;
  const spaced = name.replaceAll(/[_-]+/g, " ");
  return t(capital(spaced));
}

/** With a capital at its beginning. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A change of a share, in percentage points with its sign: "+2.1 pp". */
export function points(change: number | null | undefined): string {
  if (change === null || change === undefined || !Number.isFinite(change)) return NO_DATA;
  const rounded = Math.round(change * 1000) / 10;
  return t(
    "{0}{1} pp",
    rounded > 0 ? "+" : rounded < 0 ? "−" : "",
    oneDecimalFixed.format(Math.abs(rounded)),
  );
}
