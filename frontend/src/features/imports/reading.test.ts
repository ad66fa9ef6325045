import { expect, it } from "vitest";
import { AS_FOUND, mappingText } from "./reading";

it("says of a file what was said, and leaves the rest to be found in it", () => {
  expect(mappingText(AS_FOUND)).toBe("");
  expect(mappingText({ ...AS_FOUND, decimal_comma: false })).toBe('{"decimal_comma":false}');
  expect(mappingText({ ...AS_FOUND, columns: { sku: "Code", location: "" } })).toBe(
    '{"columns":{"sku":"Code"}}',
  );
});
