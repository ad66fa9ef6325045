/** Past forecasts at a chosen lag. Pure. */

import type { Schemas } from "@/api/client";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";

export const PAST_LAGS = [0, 1, 4, 8, 13] as const;
/** How many weeks ahead; 0 shows none. */
export type PastLag = (typeof PAST_LAGS)[number];
export const USUAL: PastLag = 4;

export const LAG_OPTIONS = PAST_LAGS.map((lag) => ({
  value: String(lag) as `${PastLag}`,
  label: lag === 0 ? t("No past forecasts") : t("Forecast {0} before", plural(lag, "week")),
}));

type Past = Schemas["PastOut"];

/** Of which weeks the record is: those of which something was forecast, and how many of them were rehearsed. */
export function measured(past: Pick<Past, "items">): { weeks: number; rehearsed: number } {
  return { weeks: past.items.length, rehearsed: past.items.filter((item) => item.rehearsed).length };
}

/** Whether a week's sales lay within its 80 % band; a count that equals the band's edge lies on it. */
export function held(inside: number): string {
  return inside >= 1 ? t("inside") : inside <= 0 ? t("outside") : t("on the edge");
}
