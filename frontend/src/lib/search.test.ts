import { expect, it } from "vitest";
import { flag, oneOf, searchOf, shaped, text, whole } from "./search";

it("reads the parts of an address, and leaves out what a part cannot mean", () => {
  const read = searchOf({ q: text, view: oneOf(["a", "b"]), lag: oneOf([1, 4]), mine: flag });
  expect(read({ q: "tea", view: "b", lag: 4, mine: true, more: 1 })).toEqual({
    q: "tea",
    view: "b",
    lag: 4,
    mine: true,
  });
  expect(read({ q: { a: 1 }, view: "c", lag: "4", mine: "yes" })).toEqual({});
});

it("takes a number within its bounds, and a text of its form", () => {
  const read = searchOf({ weeks: whole(1, 104), month: shaped(/^\d{4}-\d{2}$/) });
  expect(read({ weeks: 26, month: "2026-11" })).toEqual({ weeks: 26, month: "2026-11" });
  for (const weeks of [0, 105, 1.5, "26"]) expect(read({ weeks, month: "soon" })).toEqual({});
});

it("keeps a code that is all digits a text", () => {
  expect(searchOf({ q: text })({ q: 10133 })).toEqual({ q: "10133" });
});
