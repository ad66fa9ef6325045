import { describe, expect, it } from "vitest";
import { changes, isOpen, type Sale, stateOf, told, waitsFor } from "./logic";

const sale = (change: Partial<Sale>) =>
  ({
    id: "1",
    kind: "sale",
    sku: "LAP001",
    location: "main",
    quantity: "3.000",
    amount: "36.00",
    sold_at: "2026-11-12T10:00:00Z",
    superseded_by: null,
    ...change,
  }) as Sale;

describe("an entry of the ledger", () => {
  it("counts until another takes its place", () => {
    expect(stateOf(sale({})).label).toBe("Counts");
    expect(stateOf(sale({ superseded_by: "2" })).label).toBe("Replaced");
    expect(stateOf(sale({ kind: "void" })).label).toBe("Voided");
    expect([sale({}), sale({ kind: "correction" })].every(isOpen)).toBe(true);
    expect([sale({ superseded_by: "2" }), sale({ kind: "void" })].some(isOpen)).toBe(false);
  });

  it("is told in a sentence", () => {
    expect(told(sale({}))).toBe("3 of LAP001 at main on 12 Nov, €36.00");
  });

  it("waits for something by its name", () => {
    expect(waitsFor("product:A:1")).toEqual({ what: "Product", which: "A:1" });
    expect(waitsFor("location:shop").what).toBe("Location");
  });

  it("is corrected in what was typed anew and in nothing else", () => {
    const before = { quantity: "3.000", unit_price: "12.0000", location: "main", sold_at: "2026-11-12" };
    const typed = { quantity: "3", unit_price: "12", location: "main", sold_at: "2026-11-12" };
    expect(changes(before, typed)).toEqual({});
    expect(changes(before, { ...typed, location: "shop" })).toEqual({ location: "shop" });
    expect(changes(before, { ...typed, quantity: "2", sold_at: "2026-11-11" })).toEqual({
      quantity: "2",
      sold_at: "2026-11-11",
    });
  });
});
