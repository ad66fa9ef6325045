/** What needs attention, from the stock and from the forecasts, as one list ranked by money. Pure. */
import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { units } from "@/lib/format";

type Stock = Schemas["StockAttention"];
type Finding = Schemas["AttentionOut"];

export const KINDS = {
  stockout: { label: "Stockout risk", tone: "bad" },
  excess: { label: "Excess", tone: "warn" },
  anomaly: { label: "Anomaly", tone: "info" },
  bias: { label: "Forecast bias", tone: "info" },
  "late-data": { label: "Late data", tone: "plain" },
} satisfies Record<string, { label: string; tone: Tone }>;
export type Kind = keyof typeof KINDS;

export interface Entry {
  key: string;
  kind: Kind;
  /** Set for what the forecaster found; stock is named by its kind, product and location. */
  id: string | null;
  sku: string | null;
  location: string | null;
  name: string;
  money: number;
  why: string;
  cover: number | null;
  lead: number | null;
  quantity: number | null;
  status: string;
  assignee: string | null;
  note: string | null;
  snoozedUntil: string | null;
}

function stockWhy(item: Stock): string {
  const days = item.days_of_cover;
  if (item.kind === "excess")
    return days === null ? "Lies there, and nothing is expected to sell" : `Lasts ${units(days)} days`;
  if (days === null || days <= 0) return "Out of stock";
  const before = item.lead_days - days;
  return before > 0
    ? `Runs out ${units(before)} days before delivery`
    : `${units(item.units)} units may be missing`;
}

const ofStock = (item: Stock): Entry => ({
  key: `${item.kind} ${item.sku} ${item.location}`,
  kind: item.kind,
  id: null,
  sku: item.sku,
  location: item.location,
  name: item.name,
  money: item.money,
  why: stockWhy(item),
  cover: item.days_of_cover,
  lead: item.lead_days,
  quantity: item.quantity,
  status: item.status,
  assignee: item.assignee,
  note: item.note,
  snoozedUntil: item.snoozed_until,
});

const ofFinding = (item: Finding): Entry => ({
  key: item.id,
  kind: item.kind in KINDS ? (item.kind as Kind) : "anomaly",
  id: item.id,
  sku: item.sku,
  location: item.location,
  name: item.name ?? item.sku ?? "All products",
  money: item.money,
  why: item.title,
  cover: null,
  lead: null,
  quantity: null,
  status: item.status,
  assignee: item.assignee,
  note: item.note,
  snoozedUntil: item.snoozed_until,
});

/** Both lists as one, dearest first. */
export function merged(stock: Stock[], findings: Finding[]): Entry[] {
  return [...stock.map(ofStock), ...findings.map(ofFinding)].sort(
    (a, b) => b.money - a.money || a.key.localeCompare(b.key),
  );
}
