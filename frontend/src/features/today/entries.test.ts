import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { merged } from "./entries";

const stock = (change: Partial<Schemas["StockAttention"]>) =>
  ({
    kind: "stockout",
    sku: "A",
    location: "main",
    name: "Lamp",
    money: 5,
    lead_days: 10,
    units: 3,
    ...change,
  }) as Schemas["StockAttention"];
const finding = (change: Partial<Schemas["AttentionOut"]>) =>
  ({
    id: "1",
    kind: "bias",
    sku: "B",
    name: null,
    money: 7,
    title: "Too high",
    ...change,
  }) as Schemas["AttentionOut"];

describe("what needs attention", () => {
  it("is one list, dearest first, whoever found it", () => {
    const found = merged([stock({ money: 5 }), stock({ sku: "C", money: 9 })], [finding({})]);
    expect(found.map((entry) => [entry.sku, entry.kind])).toEqual([
      ["C", "stockout"],
      ["B", "bias"],
      ["A", "stockout"],
    ]);
  });

  it("says why in words", () => {
    const why = (change: Partial<Schemas["StockAttention"]>) => merged([stock(change)], [])[0]?.why;
    expect(why({ days_of_cover: 4 })).toBe("Runs out 6 days before delivery");
    expect(why({ days_of_cover: 0 })).toBe("Out of stock");
    expect(why({ days_of_cover: 12 })).toBe("3 units may be missing");
    expect(why({ kind: "excess", days_of_cover: 200 })).toBe("Lasts 200 days");
    expect(why({ kind: "excess", days_of_cover: null })).toMatch(/nothing is expected to sell/);
    expect(merged([], [finding({ sku: null })])[0]?.name).toBe("All products");
  });
});
