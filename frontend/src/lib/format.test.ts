import { describe, expect, it } from "vitest";
import {
  ago,
  day,
  decimals,
  duration,
  money,
  NO_DATA,
  parseNumber,
  percent,
  plural,
  range,
  together,
  typedNumber,
  units,
  words,
} from "./format";
import { configure } from "./workspace";

describe("figures", () => {
  it("says No data for what is unknown, and never 0", () => {
    for (const unknown of [null, undefined, "", Number.NaN]) {
      expect(units(unknown)).toBe(NO_DATA);
      expect(money(unknown)).toBe(NO_DATA);
      expect(percent(unknown)).toBe(NO_DATA);
    }
    expect(range(1, null)).toBe(NO_DATA);
    expect(day(null)).toBe(NO_DATA);
  });

  it("shows whole units, a decimal for slow sellers, and a true minus", () => {
    expect(units(1234.6)).toBe("1,235");
    expect(units(0.44)).toBe("0.4");
    expect(units("-12")).toBe("−12");
    expect(units(-0)).toBe("0");
    expect(range(224.2, 316.4)).toBe("224–316");
  });

  it("shows the numbers of one sum alike, so that they add up", () => {
    expect(together(13.4, 4.6, 8.8)).toEqual(["13.4", "4.6", "8.8"]);
    expect(together(13.4, 3, 10.4)).toEqual(["13.4", "3.0", "10.4"]);
    expect(together(1213.02, 3, 1210.02)).toEqual(["1,213", "3", "1,210"]);
    expect(together(5, -2, 7)).toEqual(["5", "−2", "7"]);
  });

  it("uses the workspace's currency", () => {
    configure({ currency: "GBP", timezone: "Europe/London", week_start: "monday" });
    expect(money("2420000", "compact")).toBe("£2.42m");
    expect(money("1234.5")).toMatch(/^£1,23[45]$/);
  });

  it("names shares, plurals, times and codes", () => {
    expect(percent(0.8474)).toBe("84.7%");
    expect(plural(1, "line")).toBe("1 line");
    expect(plural(1200, "line")).toBe("1,200 lines");
    expect(duration(0.2)).toBe("1 s");
    expect(duration(3700)).toBe("1 h 2 min");
    expect(ago("2026-11-22T10:00:00Z", Date.parse("2026-11-23T10:00:00Z"))).toBe("yesterday");
    expect(words("seasonal_naive")).toBe("Seasonal naive");
  });
});

describe("a typed number", () => {
  it.each([
    ["1,200.5", 1200.5],
    ["-3", -3],
    ["0.25", 0.25],
    [" 1\u00a0200.5 ", 1200.5],
  ])("reads %s", (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each([
    ["1.200,5", 1200.5],
    ["1 200,5", 1200.5],
    ["1\u202f200", 1200],
    ["1.200.000", 1_200_000],
    ["12,5", 12.5],
    ["12.5", 12.5],
    ["−3", -3],
  ])("reads %s where a comma is the decimal sign", (text, value) => {
    expect(parseNumber(text, true)).toBe(value);
  });

  it.each(["1.200", "1,200.5", "1,2,3", "1 20", ""])(
    "refuses %j there: it may mean two numbers, or none",
    (text) => {
      expect(parseNumber(text, true)).toBeNull();
    },
  );

  it.each([48.137, -0.125, 1234.5, 1_000_000, 0])("is written as it is read: %s", (value) => {
    for (const comma of [true, false]) expect(parseNumber(typedNumber(value, comma), comma)).toBe(value);
  });

  it.each(["", "1,2", "1.200,5", "many", "1e5", "Infinity"])("refuses %j", (text) => {
    expect(parseNumber(text)).toBeNull();
  });

  it("writes a measure with its decimals, a true minus, and nothing as no data", () => {
    expect([decimals(-1.25, 1), decimals(0.5, 2), decimals(null, 2)]).toEqual(["−1.3", "0.50", "No data"]);
  });
});
