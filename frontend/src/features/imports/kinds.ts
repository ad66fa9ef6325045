/** The kinds of files that can be brought in, each with a sample of it. Pure. */

import type { Schemas } from "@/api/client";
import { t } from "@/lib/texts";

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
  /** A file to start from: its head and a line. */
  sample: string;
}

export const KINDS: Record<FileKind, Kind> = {
  sales: {
    label: t("Sales"),
    of: t("sales"),
    line: t("what was sold when: product, quantity, day"),
    sample: "sku,date,quantity,unit price\nMUG-01,2026-11-02,3,8.50\nMUG-01,2026-11-03,1,8.50\n",
  },
  products: {
    label: t("Products"),
    of: t("products"),
    line: t("a product: its code, name, category, price, cost"),
    sample: "sku,name,category,price,cost\nMUG-01,Blue mug,Kitchen,8.50,3.20\n",
  },
  kits: {
    label: t("Kits"),
    of: t("kits"),
    line: t("a component of a kit: how many units of it one kit has"),
    sample:
      "kit,component,quantity,valid from\nGIFT-BOX,MUG-01,2,2026-12-01\nGIFT-BOX,RIBBON,0.5,2026-12-01\n",
  },
  prices: {
    label: t("Prices"),
    of: t("prices"),
    line: t("a price from a day on"),
    sample: "sku,price,valid from\nMUG-01,8.90,2026-12-01\n",
  },
  stock: {
    label: t("Stock counts"),
    of: t("stock counts"),
    line: t("what lies of a product"),
    sample: "sku,quantity,counted at\nMUG-01,42,2026-11-20\n",
  },
  suppliers: {
    label: t("Suppliers"),
    of: t("suppliers"),
    line: t("a supplier and its lead time in days"),
    sample: "code,name,lead days\nACME,Acme Trading,14\n",
  },
  terms: {
    label: t("Supply terms"),
    of: t("supply terms"),
    line: t("from whom a product is bought, at what cost, in which packs"),
    sample: "sku,supplier,unit cost,moq,pack size\nMUG-01,ACME,3.20,24,12\n",
  },
  receipts: {
    label: t("Receipts"),
    of: t("receipts"),
    line: t("what came of a delivery"),
    sample: "delivery note,sku,quantity,supplier\nDN-1001,MUG-01,24,ACME\n",
  },
  promotions: {
    label: t("Promotions"),
    of: t("promotions"),
    line: t("a promotion: its name, first and last day, kind, discount, products"),
    sample: "name,starts,ends,kind,discount,skus\nAdvent,2026-12-01,2026-12-24,leaflet,10%,MUG-01\n",
  },
  weather: {
    label: t("Weather"),
    of: t("weather"),
    line: t("a location's day: as it was observed, or as it was forecast on the day it says"),
    sample: "location,day,issued,temperature,precipitation\nmain,2026-12-05,2026-12-01,3.5,1.2\n",
  },
  reservations: {
    label: t("Reservations"),
    of: t("reservations"),
    line: t("what is held for a customer's order, and when it is needed"),
    sample: "reference,sku,quantity,needed on\nSO-1001,MUG-01,12,2026-12-14\n",
  },
};
