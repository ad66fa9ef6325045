import { queryOptions } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";

export type Asked = Schemas["WhatIfIn"];
export type Told = Schemas["WhatIfOut"];
export type Figures = Schemas["WhatIfFigures"];

/** What a scenario would do. Its key lies below the forecasts': a new one makes the answer old. */
export const scenarioQuery = (asked: Asked | undefined) =>
  queryOptions({
    queryKey: ["forecast", "what-if", asked],
    queryFn: () => data(api.POST("/api/what-if", { body: asked as Asked })),
    enabled: asked !== undefined,
    staleTime: 5 * 60_000,
  });

/** How many products a scope has, told at once. */
export const scopeQuery = (scope: Asked["scope"] | undefined) =>
  queryOptions({
    queryKey: ["products", "scope", scope],
    queryFn: () => data(api.POST("/api/scenarios/scope", { body: scope as Asked["scope"] })),
    enabled: scope !== undefined,
    staleTime: 60_000,
    retry: false,
  });
