import { expect, it } from "vitest";
import { changeOf, doubtOf, type Effect, nameOf, scaleOf, tenthOff, unsure } from "./effect";

const of = (change: Partial<Effect>): Effect => ({
  driver: "promotion",
  name: "promotion",
  group: "",
  change: 0.5,
  low: 0.2,
  high: 0.8,
  series: 9,
  how: "measured",
  ...change,
});

it("tells a share with its doubt, and of a price its elasticity", () => {
  expect([changeOf(of({})), doubtOf(of({}))]).toEqual(["+50.0%", "+20.0% to +80.0%"]);
  const price = of({
    driver: "price",
    name: "price",
    change: -2,
    low: -3,
    high: -1,
  });
  expect([nameOf(price), changeOf(price), doubtOf(price)]).toEqual(["Price", "−2.0", "−3.0 to −1.0"]);
  expect(tenthOff(-2)).toBeCloseTo(1 / 0.81 - 1);
});

it("calls unsure what may rise or fall, and holds all on one scale with nothing in it", () => {
  expect([unsure(of({})), unsure(of({ low: -0.1 }))]).toEqual([false, true]);
  const at = scaleOf([of({}), of({ low: -0.2, high: 0.3 })]);
  expect([at(-0.2), at(0), at(0.8)]).toEqual([0, 0.2, 1]);
});

it("tells the lift of a kind, and of a kind and a depth, by the kind's name", () => {
  const names = [
    "promotion: price_cut",
    "discount: display",
    "leaflet, 10% off",
    "coupon",
    "30% off",
    "in_stock",
  ];
  expect(names.map((name) => nameOf(of({ name })))).toEqual([
    "Price cut",
    "Display",
    "Leaflet, 10.0% off",
    "Coupon",
    "30% off",
    "In stock",
  ]);
});
