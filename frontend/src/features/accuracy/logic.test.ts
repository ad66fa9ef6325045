import { describe, expect, it } from "vitest";
import { points } from "@/lib/format";
import { coverageTone, signalTone, steps } from "./logic";

describe("accuracy", () => {
  it("says changes in percentage points, with a true minus", () => {
    expect([0.0214, -0.1, 0, 0.0001].map(points)).toEqual(["+2.1 pp", "−10.0 pp", "0.0 pp", "0.0 pp"]);
    expect(points(null)).toBe("No data");
  });

  it("judges a range by how near it is to what it promises; too narrow is worse than too wide", () => {
    expect([0.78, 0.84, 0.92, 0.71, 0.69].map(coverageTone)).toEqual(["good", "good", "warn", "warn", "bad"]);
    expect([4, -4.1].map(signalTone)).toEqual(["plain", "bad"]);
  });

  it("adds each step's change to the one before it", () => {
    const found = steps({ naive: 0.9, model: 0.7, override: 0.75 });
    expect(found.map((step) => points(step.change))).toEqual(["No data", "−20.0 pp", "+5.0 pp"]);
    expect(steps({ naive: null, model: 0.7, override: 0.7 })[1]?.change).toBeNull();
  });
});
