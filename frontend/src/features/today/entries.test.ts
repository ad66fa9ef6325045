import { describe, expect, it } from "vitest";
import { coverOf, type Entry, nameOf, whyOf } from "./entries";

const entry = (change: Partial<Entry>, detail: object = {}) =>
  ({
    id: "1",
    kind: "stockout",
    sku: "A",
    location: "main",
    name: "Lamp",
    money: 5,
    title: "Too high",
    ...change,
    detail: {
      lead_days: 10,
      units: 3,
      quantity: 4,
      stockout_risk: 0.625,
      arrives_on: "2030-12-09",
      ...detail,
    },
  }) as Entry;

describe("an entry of what needs attention", () => {
  it("says why in words", () => {
    const why = (days: number | null, change: Partial<Entry> = {}) =>
      whyOf(entry(change, { days_of_cover: days }));
    expect(why(4)).toBe("62.5% likely to run out before 9 Dec 2030, when an order could arrive");
    expect(why(0, { urgency: 2 })).toBe("3 units will be missed before 9 Dec 2030");
    expect(whyOf(entry({ urgency: 2 }, { units: 0.3 }))).toBe(
      "Less than one unit will be missed before 9 Dec 2030",
    );
    expect(why(200, { kind: "excess" })).toBe("Lasts 200 days");
    expect(why(null, { kind: "excess" })).toMatch(/nothing is expected to sell/);
    expect(whyOf(entry({ kind: "bias" }))).toBe("Too high");
  });

  it("has cover only where it is about stock", () => {
    expect(coverOf(entry({}))?.lead_days).toBe(10);
    expect(coverOf(entry({ kind: "anomaly" }))).toBeNull();
  });

  it("is of all products when it is of none", () => {
    expect(nameOf(entry({ name: null, sku: null, kind: "late-data" }))).toBe("All products");
    expect(nameOf(entry({ name: null }))).toBe("A");
  });
});
