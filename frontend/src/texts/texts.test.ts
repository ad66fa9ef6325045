import ts from "typescript";
import { describe, expect, it } from "vitest";
import { strays } from "../../scripts/strays.mjs";
import {
  catalogueOf,
  disagreeing,
  LANGUAGES,
  lacking,
  placesOf,
  read,
  unspoken,
} from "../../scripts/texts.mjs";

const found = read();

describe("the catalogue of texts", () => {
  it("has every text that the dashboard shows", () => {
    expect(found.outside).toEqual([]);
    expect(found.texts.size).toBeGreaterThan(1800);
  });

  it("makes no plural by an s where English does not", () => {
    const odd = [...found.texts.keys()].filter((text) =>
      /([^aeiou]y|s|x|ch|sh)\|\1s$/.test(text.replace(/^.*?(\w+)\|.*?(\w+)$/, "$1|$2")),
    );
    expect(odd).toEqual([]);
  });

  it("has no number before a word that says many, also of one", () => {
    expect(disagreeing(found.texts)).toEqual([]);
    expect(
      disagreeing(
        new Map([
          ["Lasts {0} days", ["a.tsx"]],
          ["day|days", []],
        ]),
      ),
    ).toHaveLength(1);
    expect(
      disagreeing(
        new Map([
          ["Lasts {0} {0:day/days}", ["a.tsx"]],
          ["day|days", []],
        ]),
      ),
    ).toEqual([]);
  });

  it.each(LANGUAGES)("is complete in %s, with the same places and no text that is not shown", (language) => {
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
  });
});

it("has what services say in each language, with places of its own", () => {
  expect(unspoken()).toEqual([]);
});

const straysOf = (code: string) =>
  strays(ts.createSourceFile("a.tsx", code, ts.ScriptTarget.Latest, true), "a.tsx");

describe("a text that is not given to the catalogue", () => {
  it.each([
    ["between tags", "const a = <p>Sales</p>;", "Sales"],
    ["chosen between tags", 'const a = <p>{some ? "No data" : t("Sales")}</p>;', "No data"],
    ["in an attribute", 'const a = <Card title="late" />;', "late"],
    ["made of pieces", `const said = \`\${count} still waiting\`;`, "{} still waiting"],
    ["put into another", `t("{0}; {1}", said, \`\${count} of them\`)`, "{} of them"],
    ["named for a table", 'const columns = [name("Promotion")];', "Promotion"],
    ["in a list", 'const figures = [["Refused", job.refused]];', "Refused"],
  ])("is found %s", (_, code, text) => {
    expect(straysOf(code)).toEqual([text]);
  });

  it("is not what only programs read, nor what looks are called", () => {
    const code = `
      import { a } from "some where";
      const b = <p className="font-medium text-ink" id="Main">{t("Sales of {0}", tn(1, "{0} sale", "{0} sales", 1))}</p>;
      if (event.key === "Some key") throw new Error("not shown");
      const c = { file: { "Put back": "restored_at" } };
    `;
    expect(straysOf(code)).toEqual([]);
  });
});
