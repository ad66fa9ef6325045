import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { addressOf, keyOf, outdate, pages, query } from "./query";

describe("a query's key", () => {
  it("is the path that is asked, then its parameters", () => {
    expect(query("/api/sales/totals").queryKey).toEqual(["sales", "totals"]);
    expect(query("/api/orders/{order_id}", { path: { order_id: "7" } }).queryKey).toEqual(["orders", "7"]);
    expect(query("/api/forecast/runs", { query: { limit: 50 } }).queryKey).toEqual([
      "forecast",
      "runs",
      { limit: 50 },
    ]);
    expect(pages("/api/supply-terms", { query: { q: "a" } }).queryKey).toEqual([
      "supply-terms",
      { q: "a" },
      "pages",
    ]);
  });

  it("has an address, filters that are not set left out", () => {
    const asked = { path: { sku: "A/1" }, query: { location: "main", q: undefined, kind: ["a", "b"] } };
    expect(addressOf("/api/stock/{sku}/movements", asked)).toBe(
      "/api/stock/A%2F1/movements?location=main&kind=a&kind=b",
    );
    expect(addressOf("/api/users")).toBe("/api/users");
  });

  it("keeps a code with a slash in one part", () => {
    expect(keyOf("/api/products/{key}", { path: { key: "A/1" } })).toEqual(["products", "A/1"]);
  });

  it("is found by the resource that an event makes stale, and by none beside it", () => {
    const client = new QueryClient();
    const stale = (key: readonly unknown[]) => client.getQueryState(key)?.isInvalidated;
    for (const key of [
      ["forecast", "runs", { limit: 50 }],
      ["forecast", "summary"],
      ["sales", "totals"],
    ])
      client.setQueryData(key, 1);
    outdate(client, ["forecast/runs"]);
    expect(stale(["forecast", "runs", { limit: 50 }])).toBe(true);
    expect(stale(["forecast", "summary"])).toBe(false);
    outdate(client, ["forecast"]);
    expect(stale(["forecast", "summary"])).toBe(true);
    expect(stale(["sales", "totals"])).toBe(false);
    outdate(client, ["*"]);
    expect(stale(["sales", "totals"])).toBe(true);
  });
});
