// Writes src/lib/glossary.gen.ts: what docs/glossary.md says of the words that screens explain in place.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SECTIONS = ["A shop", "Planning", "Uncertainty and how it is judged"];

/** The terms of some sections with what they are. */
export function termsOf(markdown, sections = SECTIONS) {
  return markdown
    .split(/^## /m)
    .filter((section) => sections.some((title) => section.startsWith(`${title}\n`)))
    .flatMap((section) =>
      section
        .split("\n")
        .filter((line) => line.startsWith("| "))
        .slice(1),
    )
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()))
    .filter(([term]) => !term.startsWith("|--"));
}

export function write(markdown) {
  const lines = termsOf(markdown).map(
    ([term, means]) => `  ${JSON.stringify(term)}: ${JSON.stringify(means)},`,
  );
  return [
    "/** The words that screens explain in place; written by scripts/glossary.mjs from docs/glossary.md. */",
    "export const GLOSSARY = {",
    ...lines,
    "} as const;",
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = (path) => fileURLToPath(new URL(path, import.meta.url));
  const markdown = readFileSync(at("../../docs/glossary.md"), "utf-8");
  writeFileSync(at("../src/lib/glossary.gen.ts"), write(markdown));
}
