import { expect, it } from "vitest";
import { AS_FOUND, answered, columnsSaid, mappingText } from "./reading";

it("says of a file what was said, and leaves the rest to be found in it", () => {
  expect(mappingText(AS_FOUND)).toBe("");
  expect(mappingText({ ...AS_FOUND, decimal_comma: false })).toBe('{"decimal_comma":false}');
  expect(mappingText({ ...AS_FOUND, columns: { sku: "Code", location: "" } })).toBe(
    '{"columns":{"sku":"Code"}}',
  );
});

it("adds what is changed to the mapping that was kept, and refuses one in so many words", () => {
  const kept = { source: "till-1", columns: { sku: "Ware" } };
  expect(mappingText({ ...AS_FOUND, kept, columns: { sku: "Code" } })).toBe(
    '{"source":"till-1","columns":{"sku":"Code"}}',
  );
  expect(mappingText({ ...AS_FOUND, refused: true })).toBe('{"columns":{}}');
  expect(mappingText({ ...AS_FOUND, refused: true, day_first: true })).toBe(
    '{"columns":{},"day_first":true}',
  );
});

it("puts an answer where its question asks for it", () => {
  expect(answered(AS_FOUND, {}, "day_first", false).day_first).toBe(false);
  const found = answered(AS_FOUND, { sku: "Code", quantity: "Qty" }, "columns.quantity", "Qty (2)");
  expect(found.columns).toEqual({ sku: "Code", quantity: "Qty (2)" });
});

it("takes the columns that were said a moment ago for those that count, before a preview answers", () => {
  const found = { mapping: { sku: "Code" } };
  expect(columnsSaid(AS_FOUND, found)).toEqual({ sku: "Code" });
  expect(columnsSaid({ ...AS_FOUND, columns: { price: "Neu" } }, found)).toEqual({ price: "Neu" });
});
