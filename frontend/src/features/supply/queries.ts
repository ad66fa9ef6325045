import type { Schemas } from "@/api/client";
import { query } from "@/api/query";

/** How a product is bought, for each location and for everywhere. */
export const termsQuery = (sku: string) => query("/api/supply-terms", { query: { sku } });

/** The terms for a location: its own, else those for everywhere. */
export function termFor(
  terms: readonly Schemas["TermOut"][],
  location: string,
): Schemas["TermOut"] | undefined {
  return terms.find((item) => item.location === location) ?? terms.find((item) => item.location === null);
}
