import { describe, expect, it } from "vitest";
import { cleaned, complete, lastWeek, planFile, revisionOf, said } from "./logic";

describe("an override", () => {
  it("is read as people type it", () => {
    expect(cleaned("percent", " −15 % ")).toBe("-15");
    expect(cleaned("units", "1,200")).toBe("1200");
    expect(cleaned("formula", "−30")).toBe("-30");
  });

  it("is tried only once it says something", () => {
    expect(["10", "-15", "+5%", "−2.5"].every((typed) => complete("percent", typed))).toBe(true);
    expect(["*1.2", "+250", "/2", "=120", "+10%"].every((typed) => complete("formula", typed))).toBe(true);
    expect(["", "-", "1.", "abc"].some((typed) => complete("units", typed))).toBe(false);
    expect(complete("formula", "1.2")).toBe(false);
  });

  it("ends within what is forecast", () => {
    const weeks = ["2026-11-23", "2026-11-30", "2026-12-07"];
    expect(lastWeek(weeks, "2026-11-30", 1)).toBe("2026-11-30");
    expect(lastWeek(weeks, "2026-11-30", 9)).toBe("2026-12-07");
    expect(lastWeek(weeks, "2026-11-23", 0)).toBe("2026-11-23");
  });

  it("is told in words", () => {
    expect(said({ kind: "percent", value: "-15", per: "week" })).toBe("−15 %");
    expect(said({ kind: "units", value: "1200", per: "total" })).toBe("1,200 units in all");
    expect(said({ kind: "csv", value: "1 cells", per: "week" })).toBe("CSV, 1 week");
    expect(said({ kind: "formula", value: "*1.2", per: "week" })).toBe("*1.2 a week");
  });
});

describe("a plan file", () => {
  it("brings back the revision it was made on", () => {
    expect(planFile({ sku: "A/1", location: "main" }, 42)).toBe("plan-A_1-main-r42.csv");
    expect(revisionOf(planFile({ category: "Toys" }, 7))).toBe(7);
    expect(revisionOf("plan-Toys-r7 (2).csv")).toBe(7);
    expect(revisionOf("mine.csv")).toBeNull();
  });
});
