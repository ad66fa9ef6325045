/** What an entry of the one attention list says, whoever found it. Pure. */

import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { day, percent, units } from "@/lib/format";
import { say } from "@/lib/said";
import { t } from "@/lib/texts";

export type Entry = Schemas["AttentionOut"];
export type Kind = Entry["kind"];
export type Status = Entry["status"];

export const KINDS = {
  stockout: { label: t("May run out"), tone: "warn" },
  excess: { label: t("Excess"), tone: "plain" },
  anomaly: { label: t("Anomaly"), tone: "info" },
  bias: { label: t("Forecast bias"), tone: "info" },
  "late-data": { label: t("Late data"), tone: "plain" },
} satisfies Record<Kind, { label: string; tone: Tone }>;

/** The kinds as people filter by them. */
export const FILTERS = {
  all: undefined,
  out: ["stockout"],
  stockout: ["stockout"],
  excess: ["excess"],
  forecast: ["anomaly", "bias", "late-data"],
} satisfies Record<string, Kind[] | undefined>;
export type Filter = keyof typeof FILTERS;
export const FILTER_NAMES = ["all", "out", "stockout", "excess", "forecast"] as const satisfies Filter[];

export const STATUSES = ["open", "acknowledged", "snoozed", "resolved"] as const satisfies Status[];

/** What the stock's own entries carry beside what all entries do. */
export interface Cover {
  units: number;
  days_of_cover: number | null;
  lead_days: number;
  quantity: number;
  /** The chance of a stock-out before an order of now can arrive, and when it would. */
  stockout_risk?: number;
  arrives_on?: string;
}

/** What an entry is called where it stands: out of stock is more than a risk. */
export function badgeOf(entry: Entry): { label: string; tone: Tone } {
  return entry.urgency === 2 ? { label: t("Out of stock"), tone: "bad" } : KINDS[entry.kind];
}

/** The stock that an entry is about; null for what the forecaster found. */
export function coverOf(entry: Entry): Cover | null {
  return entry.kind === "stockout" || entry.kind === "excess" ? (entry.detail as unknown as Cover) : null;
}

export function nameOf(entry: Entry): string {
  return entry.name ?? entry.sku ?? t("All products");
}

export function whyOf(entry: Entry): string {
  const cover = coverOf(entry);
  if (!cover) return say(entry.detail.said, entry.title);
  const days = cover.days_of_cover;
  if (entry.kind === "excess")
    return days === null
      ? t("Lies there, and nothing is expected to sell")
      : t("Lasts {0} {0:day/days}", units(days));
  const { stockout_risk: risk, arrives_on: arrives, units: missing } = cover;
  const before = arrives ? t(" before {0}", day(arrives)) : "";
  if (entry.urgency === 2) {
    if (missing === 0) return t("Nothing will be missed{0}: hardly any is asked for, or some comes", before);
    const lacked =
      missing < 1
        ? t("Less than one unit will be missed{0}", before)
        : t("{0} {0:unit/units} will be missed{1}", units(missing), before);
    return entry.money === 0 ? t("{0}, and nobody said a price or a cost", lacked) : lacked;
  }
  return t(
    "{0}to run out{1}, when an order could arrive",
    risk === undefined ? "" : t("{0} likely ", percent(risk)),
    before,
  );
}
