import { describe, expect, it } from "vitest";
import { daysUntil, type Line, receiving, refusal, standing, wholePacks } from "./logic";

const packs = { moq: "12.000", multiple: "6.000" };

describe("an order's quantity", () => {
  it("is nothing, or whole packs of at least the MOQ", () => {
    expect(["0", "12", "18", "1,200"].map((typed) => refusal(typed, packs))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(refusal("6", packs)).toBe("At least 12");
    expect(refusal("20", packs)).toBe("In packs of 6");
    for (const typed of ["", "-6", "six", "1e3"]) expect(refusal(typed, packs)).toMatch(/Type a number/);
  });

  it("knows no limits where no terms are known", () => {
    expect(refusal("7", { moq: null, multiple: null })).toBeNull();
    expect(refusal("0.3", { moq: null, multiple: "0.1" })).toBeNull();
  });

  it("is rounded up to what the supplier takes", () => {
    expect([-3, 0, 1, 12, 13, 25].map((need) => wholePacks(need, packs))).toEqual([0, 0, 12, 12, 18, 30]);
  });
});

it("counts days to an order's last day, also those gone by", () => {
  expect(daysUntil("2026-11-26", "2026-11-23")).toBe(3);
  expect(daysUntil("2026-10-25", "2026-11-23")).toBe(-29);
});

describe("what came of an order", () => {
  const line = (open: number, typed: string) => ({ line: { open }, typed });

  it("leaves the rest on order and tells what is beyond it", () => {
    const found = receiving([line(12, "5"), line(6, "8"), line(3, ""), line(0, "0")]);
    expect(found).toMatchObject({ total: 13, rest: 10, more: 2, wrong: false });
    expect(found.came.map(({ quantity }) => quantity)).toEqual([5, 8]);
  });

  it("is not sent with something that is no amount", () => {
    for (const typed of ["-1", "x", "1e3"]) expect(receiving([line(1, typed)]).wrong).toBe(true);
  });
});

describe("why a quantity stands in an order", () => {
  const line = {
    sku: "A",
    location: "main",
    quantity: "24",
    needed: "36",
    proposed: "24",
    edited_by: null,
  } as Line;

  it("says what was wanted, what the budget left of it, and what a person made of it", () => {
    expect(standing({ ...line, quantity: "36", proposed: "36" }, 36)).toEqual([
      "36 were wanted when it was proposed.",
    ]);
    expect(standing(line, 36).at(-1)).toMatch("The budget left 24");
    expect(standing({ ...line, proposed: null, edited_by: "ann" }, 36).at(-1)).toBe("ann made it 24.");
    expect(standing({ ...line, needed: null, proposed: null, edited_by: "ann" }, 0)[0]).toMatch("by hand");
  });

  it("says when something else is wanted by now", () => {
    expect(standing(line, 48).at(-1)).toMatch("48 are wanted now");
  });
});
