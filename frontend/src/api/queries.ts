/** What the shell and several pages read. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "./client";
import { keys } from "./keys";

export const configQuery = queryOptions({
  queryKey: keys.config,
  queryFn: () => data(api.GET("/api/config")),
  staleTime: Number.POSITIVE_INFINITY,
});

export const statusQuery = queryOptions({
  queryKey: keys.status,
  queryFn: () => data(api.GET("/api/status")),
  refetchInterval: 5000,
});

export const overviewQuery = queryOptions({
  queryKey: ["sales", "overview"],
  queryFn: () => data(api.GET("/api/overview")),
});

export const runsQuery = queryOptions({
  queryKey: keys.runs,
  queryFn: () => data(api.GET("/api/forecast/runs", { params: { query: { limit: 50 } } })),
});

export const deadLettersQuery = queryOptions({
  queryKey: keys.deadLetters,
  queryFn: () => data(api.GET("/api/dead-letters")),
  refetchInterval: 15_000,
});

export const needsQuery = queryOptions({
  queryKey: keys.needs,
  queryFn: () => data(api.GET("/api/replenishment/summary")),
  staleTime: 60_000,
});
