import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";

let heard: (english: string) => string;

/** The module as a reader of German has it, with the catalogue that is shipped. */
beforeAll(async () => {
  vi.stubGlobal("localStorage", { getItem: () => JSON.stringify("de") });
  vi.stubGlobal("document", { documentElement: {} });
  vi.stubGlobal("fetch", async (file: string) => {
    const name = /services\.de/.test(file) ? "services.de" : "de";
    return {
      json: async () => JSON.parse(readFileSync(`${import.meta.dirname}/../texts/${name}.json`, "utf8")),
    };
  });
  vi.resetModules();
  const texts = await import("./texts");
  await texts.prepare();
  ({ heard } = await import("./heard"));
});

describe("a sentence of a service, read in German", () => {
  it.each([
    ["a problem", "There is a product LAP-1 already.", "Ein Produkt LAP-1 gibt es schon."],
    [
      "what fills it in turn",
      "The order is approved; only a proposal can be changed.",
      "Die Bestellung ist freigegeben; geändert wird nur ein Vorschlag.",
    ],
    ["a field's fault", "sku: is no known product", "sku: ist kein bekanntes Produkt"],
    [
      "several faults",
      "name: String should have at least 1 character; price: Input should be a valid number",
      "name: muss mindestens 1 Zeichen haben; price: muss eine Zahl sein",
    ],
    ["a cell", "'12,x' is not a number", "„12,x“ ist keine Zahl"],
    [
      "numbers in the reader's way",
      "The file has more than 200,000 lines: split it.",
      "Die Datei hat mehr als 200.000 Zeilen: teilen Sie sie.",
    ],
    [
      "a day",
      "it may have ended, so that 40% of its chance to sell is left: it sold in 3 of 90 weeks until 2026-01-05 and in none of the 20 since; its longest pause before was 4",
      /^es ist vielleicht ausgelaufen, sodass 40\s%.*bis 5\. Jan.*; seine längste Pause davor war 4$/,
    ],
    [
      "a reason of several clauses",
      "steady sellers: least error over 12 backtest origins, 18% less than a moving average; on sale from 2026-03-01",
      /^stetige Verkäufe: kleinster Fehler über 12 Rücktest-Stände, 18\s% weniger.*; im Verkauf ab 1\. März/,
    ],
    [
      "a reason with what was not believed",
      "sparse sellers: the history is too short for a backtest, so the usual blend (y 5,000 of 2026-01-05 damped to 12: nothing explains 420 times the usual sale of 11.9)",
      /^seltene Verkäufe: .* \(Verkauf von 5\.000 am 5\. Jan.* auf 12 gedämpft: nichts erklärt das 420-Fache des üblichen Verkaufs von 11,9\)$/,
    ],
    [
      "how many",
      "12 lines repeat another line of the file",
      "12 Zeilen wiederholen eine andere Zeile der Datei",
    ],
    [
      "what nobody knows",
      "Something else entirely happened to 12,000 of them",
      "Something else entirely happened to 12,000 of them",
    ],
    ["a code that looks like a number", "1,234 is no known product", "1,234 ist kein bekanntes Produkt"],
  ])("says %s", (_, english, told) => {
    if (typeof told === "string") expect(heard(english)).toBe(told);
    else expect(heard(english)).toMatch(told);
  });

  it("takes a long text that nothing knows in no time", () => {
    const begun = performance.now();
    for (let i = 0; i < 5; i++) heard(`${"a, b; c (d) of e at ".repeat(95)}${i}`);
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
