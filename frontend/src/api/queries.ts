/** What the shell and several pages read. */
import { query } from "./query";

export const configQuery = { ...query("/api/config"), staleTime: Number.POSITIVE_INFINITY };
export const statusQuery = { ...query("/api/status"), refetchInterval: 5000 };
export const overviewQuery = query("/api/overview");
export const runsQuery = query("/api/forecast/runs", { query: { limit: 50 } });
export const deadLettersQuery = { ...query("/api/dead-letters"), refetchInterval: 15_000 };
export const needsQuery = { ...query("/api/replenishment/summary"), staleTime: 60_000 };

/** All suppliers, locations and categories, to choose from; more than a page of 500 is more than a choice is for. */
export const suppliersQuery = query("/api/suppliers", { query: { limit: 500 } });
export const locationsQuery = query("/api/locations", { query: { limit: 500 } });
export const categoriesQuery = query("/api/categories", { query: { limit: 500 } });

/** What a product consists of, and the kits it is in. */
export const componentsQuery = (sku: string) =>
  query("/api/products/{key}/components", { path: { key: sku } });
