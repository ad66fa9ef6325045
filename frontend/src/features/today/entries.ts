/** What an entry of the one attention list says, whoever found it. Pure. */
import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { units } from "@/lib/format";

export type Entry = Schemas["AttentionOut"];
export type Kind = Entry["kind"];
export type Status = Entry["status"];

export const KINDS = {
  stockout: { label: "Stockout risk", tone: "bad" },
  excess: { label: "Excess", tone: "warn" },
  anomaly: { label: "Anomaly", tone: "info" },
  bias: { label: "Forecast bias", tone: "info" },
  "late-data": { label: "Late data", tone: "plain" },
} satisfies Record<Kind, { label: string; tone: Tone }>;

/** The kinds as people filter by them. */
export const FILTERS = {
  all: undefined,
  stockout: ["stockout"],
  excess: ["excess"],
  forecast: ["anomaly", "bias", "late-data"],
} satisfies Record<string, Kind[] | undefined>;
export type Filter = keyof typeof FILTERS;
export const FILTER_NAMES = ["all", "stockout", "excess", "forecast"] as const satisfies Filter[];

export const STATUSES = ["open", "acknowledged", "snoozed", "resolved"] as const satisfies Status[];

/** What the stock's own entries carry beside what all entries do. */
export interface Cover {
  units: number;
  days_of_cover: number | null;
  lead_days: number;
  quantity: number;
}

/** The stock that an entry is about; null for what the forecaster found. */
export function coverOf(entry: Entry): Cover | null {
  return entry.kind === "stockout" || entry.kind === "excess" ? (entry.detail as unknown as Cover) : null;
}

export function nameOf(entry: Entry): string {
  return entry.name ?? entry.sku ?? "All products";
}

export function whyOf(entry: Entry): string {
  const cover = coverOf(entry);
  if (!cover) return entry.title;
  const days = cover.days_of_cover;
  if (entry.kind === "excess")
    return days === null ? "Lies there, and nothing is expected to sell" : `Lasts ${units(days)} days`;
  if (days === null || days <= 0) return "Out of stock";
  const before = cover.lead_days - days;
  return before > 0
    ? `Runs out ${units(before)} days before delivery`
    : `${units(cover.units)} units may be missing`;
}
