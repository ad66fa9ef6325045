import { describe, expect, it } from "vitest";
import { liveOf, weeksFrom } from "@/lib/runs";
import { waterfall } from "./logic";

describe("runs", () => {
  it("live is what was published last, whatever its number", () => {
    const runs = [
      { id: "3", published_at: null, series: 5 },
      { id: "2", published_at: "2026-11-23T10:00:00Z", series: 5 },
      { id: "1", published_at: "2026-11-23T12:00:00Z", series: 5 },
    ];
    expect(liveOf(runs)?.id).toBe("1");
    expect(liveOf(runs.slice(0, 1))).toBeUndefined();
  });

  it("names the weeks of a forecast", () => {
    expect(weeksFrom("2026-12-28", 2)).toEqual(["2026-12-28", "2027-01-04"]);
  });

  it("the causes of a difference lead from one total to the other", () => {
    const causes = waterfall({ total_before: 100, data: -20, model: 5, override: 0 });
    expect(causes.map(({ from, to }) => [from, to])).toEqual([
      [100, 80],
      [80, 85],
      [85, 85],
    ]);
  });
});
