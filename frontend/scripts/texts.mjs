// Every text of the dashboard, found where it is given to `t`, `plural` or a table's `one` and `many`; and texts that
// are given to neither. `node scripts/texts.mjs` says what a language lacks.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCES = fileURLToPath(new URL("../src/", import.meta.url));
export const LANGUAGES = ["de", "fr"];
/** Pages whose texts are not translated yet: they are shown in English. */
export const IN_ENGLISH = [
  "features/admin/",
  "features/imports/",
  "features/ledger/",
  "features/pipeline/",
  "features/promotions/",
  "features/training/",
];
/** What the API names by a code, as `words` writes it, and the words that explain themselves. */
const CODES = [
  ...[
    "Level",
    "Trend",
    "Season",
    "Calendar",
    "Price",
    "Promotion",
    "Events",
    "Closings",
    "Weather",
    "Availability",
  ],
  ...["Plans", "Like item", "Ending", "Band", "Not below zero", "On sale", "Rounding", "Override"],
  ...["Viewer", "Planner", "Operator", "Admin", "Approved", "Received", "Cancelled", "Proposed"],
];
/** Attributes and properties that are shown or spoken. */
const SHOWN = new Set([
  "label",
  "title",
  "aria-label",
  "text",
  "note",
  "hint",
  "placeholder",
  "does",
  "doing",
  "heading",
]);
const letters = /\p{L}{2}/u;

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
      const stray = strayOf(node);
      if (stray) outside.push(`${file}: ${stray.trim().replaceAll(/\s+/g, " ")}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  for (const code of CODES) add(code, "");
  for (const { title, group, views } of JSON.parse(readFileSync(`${SOURCES}pages.json`, "utf8")))
    for (const text of [title, group, ...Object.values(views ?? {})]) add(text, "pages.json");
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

/** A text that is shown as it stands in the source. */
function strayOf(node) {
  if (ts.isJsxText(node) && letters.test(node.text))
    return ["code", "kbd"].includes(node.parent.openingElement?.tagName.getText()) ? null : node.text;
  if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText()) && letters.test(said(node.initializer) ?? ""))
    return said(node.initializer);
  if (
    ts.isPropertyAssignment(node) &&
    SHOWN.has(node.name.getText()) &&
    letters.test(said(node.initializer) ?? "")
  )
    return said(node.initializer);
  return null;
}

/** The placeholders of a text. */
export const placesOf = (text) => [...text.matchAll(/{\d}/g)].map(([place]) => place).sort();

/** What a language lacks of the pages that are translated. */
export function lacking(language, { texts } = read()) {
  const has = catalogueOf(language);
  return [...texts]
    .filter(([, files]) => files.some((file) => !IN_ENGLISH.some((folder) => file.startsWith(folder))))
    .map(([text]) => text)
    .filter((text) => !(text in has));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = read();
  for (const stray of found.outside) console.log(`outside of the catalogue: ${stray}`);
  for (const language of LANGUAGES)
    for (const text of lacking(language, found)) console.log(`${language} lacks: ${JSON.stringify(text)}`);
}
