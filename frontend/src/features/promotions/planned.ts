/** Promotions and calendar events, as one calendar shows them. */

import type { Schemas } from "@/api/client";
import { day, percent } from "@/lib/format";
import { kindOf } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";

export type Promotion = Schemas["PromotionOut"];
export type CalendarEvent = Schemas["EventOut"];
export type Planned = (Promotion & { what: "promotion" }) | (CalendarEvent & { what: "event" });

export const VIEWS = ["calendar", "promotions", "events", "effects"] as const;
export type View = (typeof VIEWS)[number];

export interface PromotionsSearch {
  view?: View | undefined;
  /** The calendar's month, as "2026-11". */
  month?: string | undefined;
  q?: string | undefined;
  /** Of which category effects are told. */
  category?: string | undefined;
}

/** Kinds of event that people mean; any other word may be typed. */
export const KINDS = ["holiday", "closed", "fair", "school holidays", "event"];

export const daysOf = ({ starts, ends }: Pick<Planned, "starts" | "ends">) =>
  starts === ends ? day(starts) : t("{0} to {1}", day(starts), day(ends));

export const spoken = (planned: Planned) =>
  `${planned.name}, ${planned.what === "promotion" ? promotionSaid(planned) : t(planned.kind)}, ${daysOf(planned)}`;

const promotionSaid = (promotion: Promotion) => {
  const kind = kindOf(promotion);
  return kind === null ? t("promotion") : t("promotion ({0})", kind);
};

/** Of what kind, and how much off; neither where it is not said. */
export const howOf = (promotion: Promotion) =>
  [kindOf(promotion), discountOf(promotion)].filter((each) => each !== null);

export const discountOf = ({ discount }: Promotion) =>
  discount == null ? null : t("{0} off", percent(discount));

/** Of how many products and where, in words. */
export function reachOf(planned: Planned): string {
  const products =
    planned.what === "promotion"
      ? planned.skus.length === 0
        ? t("all products")
        : planned.skus.length === 1
          ? planned.skus[0]
          : t("{0} {0:product/products}", planned.skus.length)
      : t("all products");
  return `${products}, ${planned.locations.length ? planned.locations.join(", ") : t("everywhere")}`;
}
