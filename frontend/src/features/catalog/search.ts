/** What the catalog's address says. */
export const VIEWS = ["products", "stock", "locations"] as const;
export type View = (typeof VIEWS)[number];

export const PRODUCT_SORTS = ["name", "-name", "sku", "-sku", "updated", "-updated"] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export const STATUSES = ["active", "archived", "all"] as const;
export type Status = (typeof STATUSES)[number];

export interface CatalogSearch {
  view?: View | undefined;
  q?: string | undefined;
  category?: string | undefined;
  location?: string | undefined;
  status?: Status | undefined;
  sort?: ProductSort | undefined;
  /** Only stock below zero. */
  negative?: boolean | undefined;
}
