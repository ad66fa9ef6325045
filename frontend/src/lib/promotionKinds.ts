/** Kinds of promotions, as people say them. */
import type { Schemas } from "@/api/client";
import { t } from "@/lib/texts";

export type PromotionKind = NonNullable<Schemas["PromotionOut"]["kind"]>;

export const PROMOTION_KINDS: Readonly<Record<PromotionKind, string>> = {
  price_cut: t("Price cut"),
  multibuy: t("Multibuy"),
  display: t("Display"),
  leaflet: t("Leaflet"),
  coupon: t("Coupon"),
  loyalty: t("Loyalty offer"),
  other: t("Other or not said"),
};
export const KIND_CODES = Object.keys(PROMOTION_KINDS) as PromotionKind[];

/** A kind by its code; what is no kind as it stands. */
export const kindNamed = (code: string) => PROMOTION_KINDS[code as PromotionKind] ?? code;

/** What somebody said of it; nothing where nobody did. */
export const kindOf = ({ kind }: { kind?: PromotionKind | undefined }) =>
  kind === undefined || kind === "other" ? null : PROMOTION_KINDS[kind];
