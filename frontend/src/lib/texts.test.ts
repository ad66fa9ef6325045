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
