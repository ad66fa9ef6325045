import { describe, expect, it } from "vitest";
import { catalogueOf, IN_ENGLISH, LANGUAGES, lacking, placesOf, read } from "../../scripts/texts.mjs";

const found = read();

describe("the catalogue of texts", () => {
  it("has every text that the dashboard shows", () => {
    expect(found.outside).toEqual([]);
    expect(found.texts.size).toBeGreaterThan(900);
  });

  it("leaves pages in English only where they are", () => {
    for (const folder of IN_ENGLISH)
      expect(
        [...found.texts.values()].flat().some((file) => file.startsWith(folder)),
        folder,
      ).toBe(true);
  });

  it("makes no plural by an s where English does not", () => {
    const odd = [...found.texts.keys()].filter((text) =>
      /([^aeiou]y|s|x|ch|sh)\|\1s$/.test(text.replace(/^.*?(\w+)\|.*?(\w+)$/, "$1|$2")),
    );
    expect(odd).toEqual([]);
  });

  it.each(LANGUAGES)(
    "is complete in %s for the translated pages, with the same places and no text that is not shown",
    (language) => {
      const texts: Record<string, string> = catalogueOf(language);
      expect(lacking(language, found)).toEqual([]);
      expect(Object.keys(texts).filter((text) => !found.texts.has(text))).toEqual([]);
      for (const [text, said] of Object.entries(texts)) {
        expect(placesOf(said), text).toEqual(placesOf(text));
        expect(said.split("|").length, text).toBe(text.split("|").length);
        expect([said.startsWith(" "), said.endsWith(" ")], text).toEqual([
          text.startsWith(" "),
          text.endsWith(" "),
        ]);
      }
    },
  );
});
