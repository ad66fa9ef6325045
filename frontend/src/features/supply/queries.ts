import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";

/** All suppliers; more than a page of 500 is more than a dashboard's list is for. */
export const suppliersQuery = {
  queryKey: keys.suppliers,
  queryFn: async () => (await data(api.GET("/api/suppliers", { params: { query: { limit: 500 } } }))).items,
} as const;

/** How a product is bought for a location: its own terms, else those for everywhere. */
export const termsQuery = (sku: string) => ({
  queryKey: keys.terms({ sku }),
  queryFn: async () => (await data(api.GET("/api/supply-terms", { params: { query: { sku } } }))).items,
});

export function termFor(
  terms: readonly Schemas["TermOut"][],
  location: string,
): Schemas["TermOut"] | undefined {
  return terms.find((item) => item.location === location) ?? terms.find((item) => item.location === null);
}
