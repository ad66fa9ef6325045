import { expect, it } from "vitest";
import { safeReturn } from "./SignIn";

it.each([
  ["/products?q=a", "/products?q=a"],
  [undefined, "/"],
  ["https://elsewhere.example", "/"],
  ["//elsewhere.example", "/"],
  ["/\\elsewhere.example", "/"],
  ["/login?from=/", "/"],
])("returns from %s to %s", (from, target) => {
  expect(safeReturn(from)).toBe(target);
});
