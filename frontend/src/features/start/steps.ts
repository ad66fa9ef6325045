/** The path from an empty system to its first order: each step is done when the data say so. Pure. */

import type { FileKind } from "@/features/imports/kinds";
import { language, t } from "@/lib/texts";

/** What is there of each, as far as it is known. */
export interface Known {
  sales: boolean;
  products: boolean;
  stock: boolean;
  suppliers: boolean;
  terms: boolean;
  forecast: boolean;
  order: boolean;
}

export interface Step {
  name: keyof Known;
  title: string;
  text: string;
  /** Which file brings it in; the others are done on a page. */
  file?: FileKind;
  page?: { to: "/training" | "/replenishment"; label: string };
}

export const STEPS: readonly Step[] = [
  {
    name: "sales",
    title: t("Sales"),
    text: t("Some months of what was sold, a line a sale. The longer, the better the seasons are known."),
    file: "sales",
  },
  {
    name: "products",
    title: t("Products"),
    text: t(
      "Their names, categories, prices and costs. What a product costs decides what an order is worth.",
    ),
    file: "products",
  },
  {
    name: "stock",
    title: t("Stock"),
    text: t("A count of what lies there. Nothing is ordered of what was never counted."),
    file: "stock",
  },
  {
    name: "suppliers",
    title: t("Suppliers"),
    text: t("From whom you buy, and how many days a delivery takes."),
    file: "suppliers",
  },
  {
    name: "terms",
    title: t("Supply terms"),
    text: t("Which product comes from whom, at what cost, in which packs."),
    file: "terms",
  },
  {
    name: "forecast",
    title: t("First forecast"),
    text: t("A training tries the methods on weeks that it had not seen, and takes the best of them."),
    page: { to: "/training", label: t("Train") },
  },
  {
    name: "order",
    title: t("First order"),
    text: t("What is needed is proposed by supplier; you change it and approve it."),
    page: { to: "/replenishment", label: t("Propose orders") },
  },
];

/** A step's title within a sentence; German nouns keep their capital. */
export const within = ({ title }: Step) => (language === "de" ? title : title.toLowerCase());

/** The first step that is not done; none when all are. */
export const next = (known: Known): Step | undefined => STEPS.find((step) => !known[step.name]);
