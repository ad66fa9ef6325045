import { afterEach, describe, expect, it } from "vitest";
import { configure, dayAhead, today } from "./workspace";

const at = (timezone: string) => configure({ currency: "EUR", timezone, week_start: "monday" });
afterEach(() => at("UTC"));

describe("the business's day", () => {
  it("has begun in zones ahead while UTC's has not", () => {
    at("Pacific/Auckland");
    expect(today(Date.parse("2026-11-26T10:59:00Z"))).toBe("2026-11-26");
    expect(today(Date.parse("2026-11-26T11:00:00Z"))).toBe("2026-11-27");
  });

  it("goes on in zones behind when UTC's has ended", () => {
    at("America/Los_Angeles");
    expect(today(Date.parse("2026-11-27T07:59:00Z"))).toBe("2026-11-26");
    expect(today(Date.parse("2026-11-27T08:00:00Z"))).toBe("2026-11-27");
  });

  it("is counted on from by calendar days, over a change of the clock too", () => {
    at("Europe/Berlin");
    expect(dayAhead(7, Date.parse("2026-10-20T22:30:00Z"))).toBe("2026-10-28");
    expect(dayAhead(1, Date.parse("2026-10-24T22:30:00Z"))).toBe("2026-10-26");
    expect(dayAhead(0, Date.parse("2026-12-31T23:30:00Z"))).toBe("2027-01-01");
  });
});
