/** From the API's forecast to what the chart draws. Pure, so that it can be tested. */

import type { Schemas } from "@/api/client";
import { locale } from "@/lib/texts";

type Forecast = Schemas["ForecastOut"];
export type PastWeek = Schemas["PastWeekOut"];

export interface Point {
  week: string;
  actual: number | null;
  p10: number | null;
  p25: number | null;
  /** The mean: what is expected, of the same meaning as every sum of it. */
  expected: number | null;
  median: number | null;
  p75: number | null;
  p90: number | null;
  /** What was expected of the week then, and its 80 % band. */
  past: number | null;
  pastLow: number | null;
  pastHigh: number | null;
  /** Made afterwards, as of then: nothing was published of the week. */
  rehearsed: boolean;
  /** What the model alone expects, where a planner has changed it. */
  model: number | null;
  outOfStock: boolean;
}

const SAME = 1e-6;
const WEEK_MS = 7 * 86_400_000;
const ended = (week: string, now: number) => Date.parse(`${week}T00:00:00Z`) + WEEK_MS <= now;

/**
 * History and forecast as one row of weeks; every value comes from the API as it is. A week that has not ended shows
 * no actual: its sales so far would read as a plunge. Weeks that ended after the forecast show both.
 */
export function pointsOf(
  forecast: Pick<Forecast, "history" | "forecast">,
  before: readonly PastWeek[] = [],
  now = Date.now(),
): Point[] {
  const past = new Map(before.map((item) => [item.week, item]));
  const sold = new Map(forecast.history.map((item) => [item.week, item]));
  const ahead = new Map(forecast.forecast.map((item) => [item.week, item]));
  return [...new Set([...sold.keys(), ...ahead.keys()])].sort().map((week) => {
    const known = ended(week, now) ? sold.get(week) : undefined;
    const coming = ahead.get(week);
    const said = past.get(week);
    const quantiles = coming?.quantiles;
    const overridden = coming !== undefined && Math.abs(coming.mean - coming.model) > SAME;
    return {
      week,
      actual: known ? known.units + (known.in_kits ?? 0) : null,
      p10: quantiles?.["0.1"] ?? null,
      p25: quantiles?.["0.25"] ?? null,
      expected: coming?.mean ?? null,
      median: quantiles?.["0.5"] ?? null,
      p75: quantiles?.["0.75"] ?? null,
      p90: quantiles?.["0.9"] ?? null,
      past: said?.expected ?? null,
      pastLow: said?.p10 ?? null,
      pastHigh: said?.p90 ?? null,
      rehearsed: said?.rehearsed ?? false,
      model: overridden ? coming.model : null,
      outOfStock: known !== undefined && known.in_stock <= 0.5,
    };
  });
}

/** Runs of neighbouring weeks without stock, first and last index: one shade each, no seams. */
export function stockouts(points: Point[]): [number, number][] {
  const runs: [number, number][] = [];
  points.forEach((point, index) => {
    if (!point.outOfStock) return;
    const last = runs.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  });
  return runs;
}

/** Labels of months that fit: the year where it changes, the month elsewhere. */
export function monthTicks(points: Point[], most: number): { index: number; label: string; year: boolean }[] {
  const starts = points.flatMap((point, index) => {
    const before = points[index - 1];
    return before && before.week.slice(0, 7) !== point.week.slice(0, 7) ? [{ index, week: point.week }] : [];
  });
  const step = [1, 2, 3, 6, 12, 24].find((size) => starts.length / size <= most) ?? 24;
  return starts
    .filter(({ week }) => (Number(week.slice(5, 7)) - 1) % step === 0)
    .map(({ index, week }) => {
      const year = week.slice(5, 7) === "01";
      const at = new Date(`${week}T00:00:00Z`);
      const label = year
        ? week.slice(0, 4)
        : new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" }).format(at);
      return { index, label, year };
    });
}
