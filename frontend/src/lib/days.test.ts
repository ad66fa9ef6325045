import { describe, expect, it } from "vitest";
import { readDay, sameDay, writtenDay } from "./days";

const LOCALES = ["en-GB", "en-US", "de-DE", "fr-FR", "sv-SE", "ja-JP", "hu-HU", "nl-NL"];

describe("a typed day", () => {
  it("is read back from each reader's own way of writing it, all year round", () => {
    for (const locale of LOCALES)
      for (let month = 1; month <= 12; month += 1)
        for (const day of ["01", "09", "28"]) {
          const said = `2026-${String(month).padStart(2, "0")}-${day}`;
          expect(readDay(writtenDay(said, locale), { locale }), `${locale} ${said}`).toBe(said);
          expect(readDay(said, { locale }), locale).toBe(said);
        }
  });

  it("takes its parts in the reader's order", () => {
    expect(readDay("3/4/2026", { locale: "en-GB" })).toBe("2026-04-03");
    expect(readDay("3/4/2026", { locale: "en-US" })).toBe("2026-03-04");
    expect(readDay("3. 4. 2026", { locale: "de-DE" })).toBe("2026-04-03");
  });

  it("may name its month", () => {
    expect(readDay("26 Nov 2026", { locale: "en-GB" })).toBe("2026-11-26");
    expect(readDay("Nov 26, 2026", { locale: "en-US" })).toBe("2026-11-26");
    expect(readDay("1. März 2026", { locale: "de-DE" })).toBe("2026-03-01");
    expect(readDay("1 août 2026", { locale: "fr-FR" })).toBe("2026-08-01");
  });

  it("is none that no calendar has, and none before it is whole", () => {
    for (const typed of [
      "31/02/2026",
      "13/13/2026",
      "2026-11-3x",
      "26/11",
      "26/11/202",
      "soon",
      "",
      "2026-02-30",
    ])
      expect(readDay(typed, { locale: "en-GB", ended: true }), typed).toBeNull();
    expect(readDay("26/11/26", { locale: "en-GB" })).toBeNull();
    expect(readDay("26/11/26", { locale: "en-GB", ended: true })).toBe("2026-11-26");
  });
});

it("stays within a month that is shorter", () => {
  expect(sameDay("2026-01-31", 1)).toBe("2026-02-28");
  expect(sameDay("2026-03-31", -1)).toBe("2026-02-28");
  expect(sameDay("2026-11-26", 1)).toBe("2026-12-26");
});
