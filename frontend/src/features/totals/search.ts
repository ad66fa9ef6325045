/** What the totals' address says. */
import type { Faceted } from "@/components/table/Facets";

export const PARTS = ["category", "location", "sku"] as const;
export type By = (typeof PARTS)[number];

export interface TotalsSearch extends Faceted {
  by?: By | undefined;
}

/** Facets in the order that people drill down by. */
export const FACETS = ["category", "supplier", "segment", "location"] as const;

/** What is told of next, once a part was opened: what it is not narrowed down to yet. */
export function nextBy(search: TotalsSearch): By {
  if (search.by) return search.by;
  return search.category === undefined ? "category" : search.location === undefined ? "location" : "sku";
}
