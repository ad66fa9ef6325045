/** The kinds of files that can be brought in, each with a sample of it. Pure. */

import type { Schemas } from "@/api/client";
import { t } from "@/lib/texts";
import { dayAhead } from "@/lib/workspace";

export type ShopKind = Schemas["ShopPreview"]["kind"];
export const KIND_NAMES = [
  "sales",
  "products",
  "kits",
  "prices",
  "stock",
  "suppliers",
  "terms",
  "receipts",
  "promotions",
  "weather",
  "reservations",
] as const;
export type FileKind = (typeof KIND_NAMES)[number];

interface Kind {
  label: string;
  /** Within a sentence: of what a file is. */
  of: string;
  /** What one line of it says. */
  line: string;
  /** A file to start from, line by line: its head and what may follow. As they are, brought in from the first kind
   * to the last, they are one small shop, near today, without a fault. */
  sample: () => readonly string[];
}

export const KINDS: Record<FileKind, Kind> = {
  sales: {
    label: t("Sales"),
    of: t("sales"),
    line: t("what was sold when: product, quantity, day"),
    sample: () => [
      "sku,date,quantity,unit price",
      `MUG-01,${dayAhead(-8)},3,8.50`,
      `MUG-01,${dayAhead(-7)},1,8.50`,
    ],
  },
  products: {
    label: t("Products"),
    of: t("products"),
    line: t("a product: its code, name, category, price, cost"),
    sample: () => [
      "sku,name,category,price,cost",
      "MUG-01,Blue mug,Kitchen,8.50,3.20",
      "RIBBON,Red ribbon by the metre,Wrapping,1.50,0.40",
      "GIFT-BOX,Two blue mugs in a box,Gifts,18.50,",
    ],
  },
  kits: {
    label: t("Kits"),
    of: t("kits"),
    line: t("a component of a kit: how many units of it one kit has"),
    sample: () => [
      "kit,component,quantity,valid from",
      `GIFT-BOX,MUG-01,2,${dayAhead(3)}`,
      `GIFT-BOX,RIBBON,0.5,${dayAhead(3)}`,
    ],
  },
  prices: {
    label: t("Prices"),
    of: t("prices"),
    line: t("a price from a day on"),
    sample: () => ["sku,price,valid from", `MUG-01,8.90,${dayAhead(14)}`],
  },
  stock: {
    label: t("Stock counts"),
    of: t("stock counts"),
    line: t("what lies of a product"),
    sample: () => ["sku,quantity,counted at", `MUG-01,42,${dayAhead(-2)}`],
  },
  suppliers: {
    label: t("Suppliers"),
    of: t("suppliers"),
    line: t("a supplier and its lead time in days"),
    sample: () => ["code,name,lead days", "ACME,Acme Trading,14"],
  },
  terms: {
    label: t("Supply terms"),
    of: t("supply terms"),
    line: t("from whom a product is bought, at what cost, in which packs"),
    sample: () => ["sku,supplier,unit cost,moq,pack size", "MUG-01,ACME,3.20,24,12"],
  },
  receipts: {
    label: t("Receipts"),
    of: t("receipts"),
    line: t("what came of a delivery"),
    sample: () => ["delivery note,sku,quantity,supplier", "DN-1001,MUG-01,24,ACME"],
  },
  promotions: {
    label: t("Promotions"),
    of: t("promotions"),
    line: t("a promotion: its name, first and last day, kind, discount, products"),
    sample: () => [
      "name,starts,ends,kind,discount,skus",
      `Two for the season,${dayAhead(21)},${dayAhead(34)},leaflet,10%,MUG-01`,
    ],
  },
  weather: {
    label: t("Weather"),
    of: t("weather"),
    line: t("a location's day: as it was observed, or as it was forecast on the day it says"),
    sample: () => [
      "location,day,issued,temperature,precipitation",
      `main,${dayAhead(4)},${dayAhead(-1)},3.5,1.2`,
    ],
  },
  reservations: {
    label: t("Reservations"),
    of: t("reservations"),
    line: t("what is held for a customer's order, and when it is needed"),
    sample: () => ["reference,sku,quantity,needed on", `SO-1001,MUG-01,12,${dayAhead(16)}`],
  },
};
