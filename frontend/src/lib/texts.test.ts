import { expect, it } from "vitest";
import { t, tn } from "./texts";

it("says a whole sentence in the form that its number asks for, with its parts", () => {
  const said = (sales: number) =>
    tn(sales, "{0} sale of {1} is recorded.", "{0} sales of {1} are recorded.", sales, "LAP001");
  expect([0, 1, 2].map(said)).toEqual([
    "0 sales of LAP001 are recorded.",
    "1 sale of LAP001 is recorded.",
    "2 sales of LAP001 are recorded.",
  ]);
});

it("leaves a place empty for what is not there, but not for nothing", () => {
  expect(t("{0} of {1}{2}", 0, 3, null)).toBe("0 of 3");
});

it("has words agree with the number before them, wherever they stand in the text", () => {
  const said = (units: string | number) => t("{0} {0:unit is/units are} on order from {1}.", units, "ACME");
  expect([said(1), said("1"), said("−1")]).toEqual([
    "1 unit is on order from ACME.",
    "1 unit is on order from ACME.",
    "−1 unit is on order from ACME.",
  ]);
  expect([0, "1.5", "1,200", 12].map(said)).toEqual([
    "0 units are on order from ACME.",
    "1.5 units are on order from ACME.",
    "1,200 units are on order from ACME.",
    "12 units are on order from ACME.",
  ]);
});
