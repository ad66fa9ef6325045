// Every text of the dashboard, found where it is given to `t`, `tn`, `plural` or a table's `one` and `many`; and texts
// that are given to none of them (strays.mjs). `node scripts/texts.mjs` says what a language lacks.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { CODES, SENTENCES } from "./codes.mjs";
import { termsOf } from "./glossary.mjs";
import { strays } from "./strays.mjs";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
export const LANGUAGES = ["de", "fr"];

export const catalogueOf = (language) => JSON.parse(readFileSync(`${SOURCES}texts/${language}.json`, "utf8"));

/** Each text with the files that say it, and what is shown without the catalogue. */
export function read() {
  const texts = new Map();
  const outside = [];
  const add = (text, file) => texts.set(text, [...(texts.get(text) ?? []), file]);
  for (const file of sources()) {
    const source = ts.createSourceFile(
      file,
      readFileSync(SOURCES + file, "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const visit = (node) => {
      for (const text of textsOf(node)) add(text, file);
      ts.forEachChild(node, visit);
    };
    visit(source);
    for (const stray of strays(source, file)) outside.push(`${file}: ${stray}`);
  }
  for (const code of CODES) add(code, "");
  for (const { title, group, words, views } of JSON.parse(readFileSync(`${SOURCES}pages.json`, "utf8")))
    for (const text of [title, group, words, ...Object.values(views ?? {})]) add(text, "pages.json");
  for (const [term, means] of termsOf(readFileSync(`${SOURCES}../../docs/glossary.md`, "utf8")))
    for (const text of [term.charAt(0).toUpperCase() + term.slice(1), means]) add(text, "glossary");
  return { texts, outside };
}

function sources() {
  return readdirSync(SOURCES, { recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.tsx?$/.test(file) && !/\.(test|gen)\.|^test\//.test(file))
    .sort();
}

const said = (node) =>
  node && (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) ? node.text : undefined;

function textsOf(node) {
  if (ts.isCallExpression(node)) {
    const [first, one, other] = node.arguments.map(said);
    const called = node.expression.getText();
    if (called === "t" && first !== undefined) return [first];
    if (called === "tn" && one !== undefined) return [`${one}|${other}`];
    if (called === "plural" && one !== undefined) return [`${one}|${other ?? `${one}s`}`];
  }
  if (ts.isPropertyAssignment(node) && node.name.getText() === "one") {
    const many = node.parent.properties.find((each) => each.name?.getText() === "many");
    if (many) return [`${said(node.initializer)}|${said(many.initializer)}`];
  }
  if (ts.isJsxAttribute(node) && node.name.getText() === "one" && said(node.initializer) !== undefined) {
    const one = said(node.initializer);
    const many = node.parent.properties.find((each) => each.name?.getText() === "many");
    return [`${one}|${said(many?.initializer) ?? `${one}s`}`];
  }
  return [];
}

/** A number before a word for many, which one of it is none: `{0} {0:day/days}` and `tn` have it agree. */
export function disagreeing(texts) {
  const many = [...texts.keys()].map((text) => /^([a-z]+)\|((?!\1$)[a-z]+)$/.exec(text)?.[2]).filter(Boolean);
  const found = new RegExp(`{\\d} (${many.join("|")})\\b`);
  return [...texts].filter(([text]) => !text.includes("|") && found.test(text) && !SENTENCES.includes(text));
}

/** The placeholders of a text. */
export const placesOf = (text) => [...text.matchAll(/{\d}/g)].map(([place]) => place).sort();

/** What a language lacks. */
export function lacking(language, { texts } = read()) {
  const has = catalogueOf(language);
  return [...texts.keys()].filter((text) => !(text in has));
}

/** Of what services say (spoken.py finds it): what one language has and another lacks, and places that are not its own. */
export function unspoken() {
  const all = LANGUAGES.map((language) => [language, catalogueOf(`services.${language}`)]);
  const texts = new Set(all.flatMap(([, has]) => Object.keys(has)));
  return all.flatMap(([language, has]) => [
    ...[...texts].filter((text) => !has[text]).map((text) => `${language} lacks: ${JSON.stringify(text)}`),
    ...Object.entries(has)
      .filter(([text, said]) => placesOf(said.replaceAll(":n}", "}")).some((place) => !text.includes(place)))
      .map(([text]) => `${language} fills a place that is not there: ${JSON.stringify(text)}`),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = read();
  for (const stray of found.outside) console.log(`outside of the catalogue: ${stray}`);
  for (const [text, files] of disagreeing(found.texts))
    console.log(`a number with which a word does not agree: ${files.join(", ")} ${JSON.stringify(text)}`);
  for (const language of LANGUAGES)
    for (const text of lacking(language, found)) console.log(`${language} lacks: ${JSON.stringify(text)}`);
  for (const fault of unspoken()) console.log(fault);
}
