/** Promotions and calendar events, as one calendar shows them. */
import type { Schemas } from "@/api/client";
import { day, percent } from "@/lib/format";

export type Promotion = Schemas["PromotionOut"];
export type CalendarEvent = Schemas["EventOut"];
export type Planned = (Promotion & { what: "promotion" }) | (CalendarEvent & { what: "event" });

export const VIEWS = ["calendar", "promotions", "events"] as const;
export type View = (typeof VIEWS)[number];

export interface PromotionsSearch {
  view?: View | undefined;
  /** The calendar's month, as "2026-11". */
  month?: string | undefined;
  q?: string | undefined;
}

/** Kinds of event that people mean; any other word may be typed. */
export const KINDS = ["holiday", "closed", "fair", "school holidays", "event"];

export const daysOf = ({ starts, ends }: Pick<Planned, "starts" | "ends">) =>
  starts === ends ? day(starts) : `${day(starts)} to ${day(ends)}`;

export const spoken = (planned: Planned) =>
  `${planned.name}, ${planned.what === "promotion" ? "promotion" : planned.kind}, ${daysOf(planned)}`;

export const discountOf = ({ discount }: Promotion) => (discount == null ? null : `${percent(discount)} off`);

/** Of how many products and where, in words. */
export function reachOf(planned: Planned): string {
  const products =
    planned.what === "promotion"
      ? planned.skus.length === 0
        ? "all products"
        : planned.skus.length === 1
          ? planned.skus[0]
          : `${planned.skus.length} products`
      : "all products";
  return `${products}, ${planned.locations.length ? planned.locations.join(", ") : "everywhere"}`;
}
