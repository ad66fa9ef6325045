import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { By, TotalsSearch } from "./search";

/** A sum of series. Of a supplier or a class, catalog says first which they are. */
export function useTotal(search: TotalsSearch, by: By) {
  const { category, location, supplier, segment } = search;
  const named = supplier !== undefined || segment !== undefined;
  const series = useQuery({ ...query("/api/series", { query: { supplier, segment } }), enabled: named });
  const total = useQuery({
    ...totalQuery(
      { category, location, by },
      { supplier, segment, read: series.dataUpdatedAt },
      series.data?.items,
    ),
    enabled: !named || series.data !== undefined,
    placeholderData: keepPreviousData,
  });
  const failed = named && series.isError ? series : total;
  return { ...total, error: failed.error, isError: failed.isError, refetch: failed.refetch };
}

function totalQuery(
  asked: { category: string | undefined; location: string | undefined; by: By },
  of: { supplier: string | undefined; segment: string | undefined; read: number },
  series: Schemas["SeriesKey"][] | undefined,
) {
  return queryOptions({
    queryKey: ["forecast", "totals", asked, of],
    queryFn: () =>
      data(
        api.POST("/api/forecast/totals", {
          body: {
            by: asked.by,
            ...(asked.category !== undefined && { category: asked.category }),
            ...(asked.location !== undefined && { location: asked.location }),
            ...((of.supplier !== undefined || of.segment !== undefined) && { series: series ?? [] }),
          },
        }),
      ),
    staleTime: 60_000,
  });
}
