import { describe, expect, it } from "vitest";
import { monthAfter, weeksOf } from "@/lib/days";
import { barsOf, moved } from "./month";

describe("a month as weeks", () => {
  it("is made of whole weeks that begin when the shop's do", () => {
    const monday = weeksOf("2026-11", "monday");
    expect(monday.map((week) => [week[0], week.length])).toEqual([
      ["2026-10-26", 7],
      ["2026-11-02", 7],
      ["2026-11-09", 7],
      ["2026-11-16", 7],
      ["2026-11-23", 7],
      ["2026-11-30", 7],
    ]);
    expect(weeksOf("2026-11", "sunday")[0]?.[0]).toBe("2026-11-01");
    for (const start of ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
      for (let month = 0; month < 24; month++) {
        const days = weeksOf(monthAfter("2027-01", month), start).flat();
        expect(new Set(days).size).toBe(days.length);
        expect(days).toContain(`${monthAfter("2027-01", month)}-01`);
      }
  });

  it("goes on over the year's end", () => {
    expect(monthAfter("2026-12", 1)).toBe("2027-01");
    expect(monthAfter("2026-01", -1)).toBe("2025-12");
  });
});

describe("bars in a week", () => {
  const week = weeksOf("2026-11", "monday")[1] ?? [];
  const item = (name: string, starts: string, ends: string) => ({ name, starts, ends });

  it("share a lane where they do not touch, and are cut at the week's ends", () => {
    const found = barsOf(
      [
        item("long", "2026-10-01", "2026-12-01"),
        item("early", "2026-11-02", "2026-11-03"),
        item("late", "2026-11-05", "2026-11-12"),
        item("elsewhere", "2026-11-09", "2026-11-10"),
      ],
      week,
    );
    expect(
      found.map(({ item: { name }, from, to, lane, begins, ends }) => [name, from, to, lane, begins, ends]),
    ).toEqual([
      ["long", 0, 6, 0, false, false],
      ["early", 0, 1, 1, true, true],
      ["late", 3, 6, 1, true, false],
    ]);
  });

  it("never lie on each other", () => {
    let seed = 7;
    const random = (most: number) => {
      seed = (seed * 16807) % 2147483647;
      return seed % most;
    };
    for (let round = 0; round < 50; round++) {
      const items = Array.from({ length: 12 }, () => {
        const starts = random(7);
        return item("x", week[starts] ?? "", week[Math.min(6, starts + random(5))] ?? "");
      });
      const cells = barsOf(items, week).flatMap(({ from, to, lane }) =>
        Array.from({ length: to - from + 1 }, (_, day) => `${lane} ${from + day}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
    }
  });

  it("are moved whole", () => {
    expect(moved(item("x", "2026-02-27", "2026-03-01"), 7)).toEqual(item("x", "2026-03-06", "2026-03-08"));
  });
});
