// Texts that stand in a source as they are shown, and so in English only: not given to the catalogue.
import ts from "typescript";

/** What the catalogue is asked by; the texts given to it are found by texts.mjs. */
const CATALOGUE = new Set(["t", "tn", "plural"]);
/** Calls whose texts are looks, selectors, or queries of media. */
const UNSHOWN_CALLS = /(^|\.)(clsx|buttonLook|closest|querySelector(All)?|matchMedia)$/;
/** Attributes that are not shown; `of` and `term` name a word of the glossary, `name` a file; `one` and `many` are texts. */
const UNSHOWN_ATTRIBUTES = new Set([
  "className",
  "activeProps",
  "style",
  "key",
  "of",
  "one",
  "many",
  "term",
  "name",
  "to",
  "id",
]);
/** Properties that are not shown: columns of files and samples of them, which programs read in any language. */
const UNSHOWN_PROPERTIES = new Set(["file", "sample", "className", "term", "id", "name", "one", "many"]);
/** Attributes and properties in which a single word is shown or spoken too. */
const SHOWN = new Set([
  "label",
  "title",
  "aria-label",
  "alt",
  "text",
  "note",
  "hint",
  "placeholder",
  "does",
  "doing",
  "heading",
  "each",
]);
/** Names of keys, as keyboards have them, of languages, and of this product. */
const NAMES = new Set([
  "Almanac",
  "Ctrl K",
  "Escape",
  "Tab",
  "Enter",
  "Home, End",
  "Page ↓, Page ↑",
  "Home",
  "End",
  ...["English", "Deutsch", "Français"],
]);
/** No words of the dashboard: a kind of events as data have it, the name of a form's field, a word of the glossary, a header of HTTP. */
const DATA = new Set([
  "features/promotions/planned.ts: school holidays",
  "features/replenishment/ReceiveDialog.tsx: line {}",
  "features/replenishment/lineColumns.tsx: service level",
  "lib/session.ts: Bearer {}",
  "lib/stream.ts: Bearer {}",
]);

const letters = /\p{L}{2}/u;
const prose = /(\p{L}{2,}|[{}])[,;:.]? \(?\p{L}{2,}|\p{L}{2,}:? [{}]|^\p{Lu}\p{Ll}+ /u;
const word = /^\p{Lu}\p{Ll}+$/u;
const look = /^\(min-width|\binput, select\b|\b(bg|text|border|rounded|px|py|flex|font)-|\bunderline\b/;

const textOf = (node) => {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join("");
};

/** Whether what stands within is shown to nobody: types, imports, comparisons, looks, addresses, errors of programs. */
function unshown(node) {
  const { parent } = node;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return true;
  if (ts.isCallExpression(node)) return UNSHOWN_CALLS.test(node.expression.getText());
  if (ts.isNewExpression(node)) return ["Error", "RegExp", "URL"].includes(node.expression.getText());
  if (ts.isBinaryExpression(node)) return node.operatorToken.getText().length === 3;
  if (ts.isJsxAttribute(node)) return UNSHOWN_ATTRIBUTES.has(node.name.getText());
  if (ts.isPropertyAssignment(node)) return UNSHOWN_PROPERTIES.has(node.name.getText());
  return parent !== undefined && ts.isPropertyAssignment(parent) && parent.name === node;
}

/** Whether it is the text that the catalogue is asked by, not one of the parts put into it. */
const asked = (node) =>
  node.parent !== undefined &&
  ts.isCallExpression(node.parent) &&
  CATALOGUE.has(node.parent.expression.getText()) &&
  node.parent.arguments.slice(0, node.parent.expression.getText() === "t" ? 1 : 3).includes(node);

/** Texts that are shown as they stand in the source. */
export function strays(source, file) {
  const found = [];
  const visit = (node) => {
    if (unshown(node) || asked(node)) return;
    const text = textOf(node);
    if (ts.isJsxText(node) && letters.test(node.text)) {
      if (!["code", "kbd"].includes(node.parent.openingElement?.tagName.getText())) found.push(node.text);
    } else if (text !== undefined && shown(node, text)) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found
    .map((text) => text.trim().replaceAll(/\s+/g, " "))
    .filter((text) => !NAMES.has(text) && !DATA.has(`${file}: ${text}`));
}

function shown(node, text) {
  const named = ts.isJsxAttribute(node.parent) || ts.isPropertyAssignment(node.parent);
  if (named && SHOWN.has(node.parent.name.getText()) && letters.test(text)) return true;
  return (prose.test(text) || word.test(text)) && !look.test(text);
}
