import type { QueryClient } from "@tanstack/react-query";
import { needsQuery, overviewQuery } from "@/api/queries";
import { pages, query } from "@/api/query";
import type { Faceted } from "@/components/table/Facets";
import { current } from "@/lib/session";
import { FILTERS, type Filter, type Status } from "./entries";

export interface Search extends Faceted {
  kind?: Filter | undefined;
  status?: Status | undefined;
  q?: string | undefined;
  mine?: boolean | undefined;
}

export const accuracyQuery = {
  ...query("/api/forecast/accuracy", { query: { by: "all", weeks: 13 } }),
  staleTime: 60_000,
};
export const topQuery = query("/api/forecast/summary", {
  query: { sort: "-next4", active: true, limit: 12 },
});

/** Of what may run out: only what has, or only what has not yet. */
const OUT: Partial<Record<Filter, boolean>> = { out: true, stockout: false };

/** What the list of what needs attention is asked for. */
export function attentionOf({ kind = "all", status = "open", mine, ...narrowed }: Search) {
  const session = current();
  const me = "user" in session ? session.user.username : undefined;
  const { q, category, supplier, segment, location } = narrowed;
  return {
    query: {
      kind: FILTERS[kind],
      out_of_stock: OUT[kind],
      status,
      q,
      category,
      supplier,
      segment,
      location,
      assignee: mine ? me : undefined,
      limit: 50,
    },
  };
}

/** All that Today shows, asked for before it is drawn; what is looked at first comes first, and what lies below after it. */
export function ask(client: QueryClient, search: Search): void {
  void client.prefetchQuery(overviewQuery);
  void client.prefetchInfiniteQuery(pages("/api/attention", attentionOf(search)));
  void client.prefetchQuery(needsQuery);
  void client.prefetchQuery(accuracyQuery).then(() => client.prefetchQuery(topQuery));
}
