import { expect, it } from "vitest";
import { ApiError } from "@/api/errors";
import { askedOf, FIELDS, placed, searchFrom, typedOf, type Values } from "./scenario";
import { readSearch, type WhatIfSearch } from "./search";

const FULL: WhatIfSearch = {
  category: "Tea",
  locations: ["main"],
  name: "Autumn",
  kind: "leaflet",
  starts: "2026-12-14",
  ends: "2026-12-20",
  discount: "0.2",
  factor: "0.9",
  price_from: "2026-12-21",
  warmer: "5",
  wetter: "-1.5",
  weather_from: "2026-12-14",
  weather_until: "2026-12-20",
  lead_days: "10",
  service_level: "0.95",
  on_sale_until: "2027-01-31",
};

const read = (search: WhatIfSearch) =>
  Object.fromEntries(
    Object.entries(typedOf(search)).map(([name, typed]) => [
      name,
      FIELDS[name as keyof typeof FIELDS].read.parse(typed),
    ]),
  ) as Values;

it("comes back from the form as the address said it, whatever is left out", () => {
  for (const name of ["", ...Object.keys(FULL)]) {
    if (
      ["category", "starts", "ends", "price_from", "factor", "weather_from", "weather_until"].includes(name)
    )
      continue;
    const search = readSearch({ ...FULL, [name]: undefined });
    expect(searchFrom(read(search))).toEqual(search);
  }
  const price: WhatIfSearch = { skus: ["10133", "A"], price: "9.5", price_from: "2026-12-21" };
  expect(searchFrom(read(price))).toEqual(price);
});

it("asks of what was said and of nothing else", () => {
  expect(askedOf({})).toBeUndefined();
  expect(askedOf({ supplier: "ACME" })).toEqual({ scope: { supplier: "ACME" }, scenario: {} });
  expect(askedOf(FULL)).toEqual({
    scope: { category: "Tea", locations: ["main"] },
    scenario: {
      promotion: {
        name: "Autumn",
        kind: "leaflet",
        starts: "2026-12-14",
        ends: "2026-12-20",
        discount: "0.2",
      },
      price: { valid_from: "2026-12-21", factor: "0.9" },
      weather: { starts: "2026-12-14", ends: "2026-12-20", warmer: "5", wetter: "-1.5" },
      lead_days: "10",
      service_level: "0.95",
      on_sale_until: "2027-01-31",
    },
  });
});

it("says what is missing at its field", () => {
  const missing = (change: Partial<Values>) => {
    try {
      searchFrom({ ...read({ skus: ["A"] }), ...change });
    } catch (error) {
      return (error as ApiError).fields.map(({ field }) => field);
    }
    return [];
  };
  expect(missing({})).toEqual([]);
  expect(missing({ discount: "0.2" })).toEqual(["starts", "ends"]);
  expect(missing({ kind: "coupon" })).toEqual(["starts", "ends"]);
  expect(missing({ starts: "2026-12-14" })).toEqual(["ends"]);
  expect(missing({ price: "3" })).toEqual(["price_from"]);
  expect(missing({ price_from: "2026-12-14" })).toEqual(["price"]);
  expect(missing({ price: "3", change: "-0.1", price_from: "2026-12-14" })).toEqual(["change"]);
});

it("puts what the API refuses at the field that was typed", () => {
  const refused = new ApiError(422, {
    detail: "no",
    errors: [
      "scenario.promotion",
      "scenario.price.factor",
      "scenario.service_level",
      "skus",
      "scenario.promotion.starts",
    ].map((field) => ({ field, message: field, code: "x" })),
  });
  expect(placed(refused).fields.map(({ field }) => field)).toEqual([
    "ends",
    "change",
    "service_level",
    "scope",
    "starts",
  ]);
});
