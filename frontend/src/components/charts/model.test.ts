import { describe, expect, it } from "vitest";
import { monthTicks, pointsOf, stockouts } from "./model";

const quantiles = (base: number) => ({
  "0.1": base - 4,
  "0.25": base - 2,
  "0.5": base,
  "0.75": base + 2,
  "0.9": base + 4,
});
const forecast = {
  history: [
    { week: "2026-01-05", units: 5, revenue: 50, in_stock: 1 },
    { week: "2026-01-12", units: 0, revenue: 0, in_stock: 0 },
    { week: "2026-01-19", units: 1, revenue: 10, in_stock: 0.2 },
    { week: "2026-01-26", units: 7, revenue: 70, in_stock: 1 },
  ],
  forecast: [
    { week: "2026-01-26", mean: 9, model: 9, quantiles: quantiles(9) },
    { week: "2026-02-02", mean: 10, model: 10, quantiles: quantiles(10) },
  ],
};
const said = {
  week: "2026-01-12",
  actual: 0,
  expected: 6,
  model: 6,
  p10: 3,
  p50: 5,
  p90: 9,
  inside: 0,
  rehearsed: true,
};

describe("what the chart draws", () => {
  const rows = (now: string) =>
    pointsOf(forecast, [], Date.parse(now)).map((point) => [point.week, point.actual, point.expected]);

  it("shows no actual for a week that has not ended, and its forecast", () => {
    expect(rows("2026-01-28T12:00:00Z")).toEqual([
      ["2026-01-05", 5, null],
      ["2026-01-12", 0, null],
      ["2026-01-19", 1, null],
      ["2026-01-26", null, 9],
      ["2026-02-02", null, 10],
    ]);
  });

  it("shows both where a week has ended since the forecast", () => {
    expect(rows("2026-02-03T12:00:00Z")[3]).toEqual(["2026-01-26", 7, 9]);
  });

  it("shows what was expected of a week before, and whether that was rehearsed", () => {
    const [first, second] = pointsOf(forecast, [said]);
    expect(first).toMatchObject({ past: null, rehearsed: false });
    expect(second).toMatchObject({ past: 6, pastLow: 3, pastHigh: 9, rehearsed: true });
  });

  it("shows the model beside the plan only where a planner has changed it", () => {
    const changed = {
      ...forecast,
      forecast: forecast.forecast.map((week, place) => ({ ...week, model: place ? 8 : 9 })),
    };
    const points = pointsOf(changed, [], Date.parse("2026-01-28T12:00:00Z"));
    expect(points.slice(-2).map((point) => [point.model, point.expected])).toEqual([
      [null, 9],
      [8, 10],
    ]);
    const nothing = { week: "2026-02-02", mean: 0, model: 6, quantiles: { "0.5": 0 } };
    expect(pointsOf({ history: [], forecast: [nothing] })[0]).toMatchObject({
      expected: 0,
      model: 6,
    });
  });

  it("merges neighbouring weeks without stock into one shade", () => {
    expect(stockouts(pointsOf(forecast))).toEqual([[1, 2]]);
  });

  it("labels the months that fit, with the year in January", () => {
    const weeks = Array.from({ length: 60 }, (_, index) => ({
      history: [],
      week: new Date(Date.UTC(2025, 9, 6 + 7 * index)).toISOString().slice(0, 10),
    }));
    const points = pointsOf({
      history: weeks.map(({ week }) => ({ week, units: 1, revenue: 1, in_stock: 1 })),
      forecast: [],
    });
    const ticks = monthTicks(points, 6);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks.find((tick) => tick.year)?.label).toBe("2026");
  });
});
