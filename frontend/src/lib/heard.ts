/**
 * What a service said in English, in the reader's language: problems, faults of cells, reasons, ends of jobs. Services
 * keep such sentences as they were said, some for years; the catalogue knows each by its text and places
 * (scripts/spoken.py finds them all), so that one is known again by its words, whoever kept it. What fills its places is
 * heard in turn, and its numbers and days are written as the reader does. What is not known stays in English.
 */
import { capital, day, instant, NO_DATA } from "./format";
import { has, language, locale, marked, spoken, t } from "./texts";

interface Known {
  /** Its longest words: where they are not, it is not meant. */
  must: string;
  words: RegExp;
  told: string;
  /** Which place each group of `words` fills, and whether it has to be a number. */
  places: { name: string; number: boolean }[];
}

const PLACE = /\{(\d)(?::n)?\}/g;
const NUMBER = /^[+\-−±]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?%?$/;
const LONGEST = 2000;
const MOST_IN_ONE = 4; // clauses that are one text
const kept = new Map<string, string>();
let known: Known[] | undefined;
/** Of all that are known, those that may stand in what is heard now. */
let near: readonly Known[] = [];

/** The sentence in the reader's language. */
export function heard(english: string): string {
  if (language === "en" || english === "" || english.length > LONGEST) return marked(english);
  let told = kept.get(english);
  if (told === undefined) {
    known ??= all();
    near = known.filter(({ must }) => english.includes(must));
    told = sentence(english) ?? clauses(english, ", ") ?? english;
    if (kept.size > 5000) kept.clear();
    kept.set(english, told);
  }
  return told;
}

/** A code of what is wrong, or how a forecast was made, in words. */
export function wordsOf(code: string | null): string {
  if (!code) return NO_DATA;
  const spaced = code.replaceAll("_", " ");
  return has(capital(spaced)) ? t(capital(spaced)) : capital(heard(spaced));
}

/** A sentence, or several; undefined where nothing of it is known. */
const sentence = (english: string): string | undefined => one(english) ?? clauses(english, "; ");

/** One sentence: by itself, after the field that it is of, after how many it is of, or with a note behind it. */
const one = (english: string): string | undefined =>
  whole(english) ?? ofField(english) ?? counted(english) ?? weighed(english) ?? noted(english);

/** By its own text. */
function whole(english: string): string | undefined {
  const said = spoken[english];
  if (said !== undefined) return said;
  for (const one of near) {
    const found = english.includes(one.must) && one.words.exec(english);
    if (found && one.places.every(({ number }, at) => !number || NUMBER.test(found[at + 1] ?? "")))
      return filled(one, found);
  }
  return undefined;
}

function filled({ told, places }: Known, found: RegExpExecArray): string {
  const values = new Map(places.map(({ name }, at) => [name, found[at + 1] ?? ""]));
  return told.replaceAll(PLACE, (place, name) => {
    const value = values.get(name) ?? "";
    return place.endsWith(":n}") ? number(value) : part(value);
  });
}

/** `field: what is wrong with it`. */
function ofField(english: string): string | undefined {
  const [, line, field, wrong] = /^(?:line (\d+)|([\w.[\]]+)): (.+)$/s.exec(english) ?? [];
  const told = wrong && whole(wrong);
  return told && `${line ? t("Line {0}", line) : field}: ${told}`;
}

/** Several in a row: as many together as are known. What is not known between them stays. */
function clauses(english: string, by: string): string | undefined {
  const all = english.split(by);
  if (all.length < 2) return undefined;
  const told: string[] = [];
  for (let from = 0; from < all.length; ) {
    let to = Math.min(all.length, from + MOST_IN_ONE);
    let said: string | undefined;
    for (; to > from; to--) {
      said = one(all.slice(from, to).join(by));
      if (said !== undefined) break;
    }
    told.push(said ?? all[from] ?? "");
    from = Math.max(to, from + 1);
  }
  const whole = told.join(by);
  return whole === english ? undefined : whole;
}

/** `12 lines are …`: so many of what is known; with or without its full stop. */
function counted(english: string): string | undefined {
  const [, many, what, end] = /^([\d,]+) (.+?)(\.?)$/s.exec(english) ?? [];
  const told = what && spoken[what];
  return told && `${number(many ?? "")} ${told}${end}`;
}

/** A method and its weight in a blend. */
function weighed(english: string): string | undefined {
  const [, method, weight] = /^([^,;]+) (\d+%)$/.exec(english) ?? [];
  const told = method && spoken[method];
  return told && `${told} ${number(weight ?? "")}`;
}

/** A sentence and, in brackets, what is to be known of it. */
function noted(english: string): string | undefined {
  const [, said, note] = /^(.+?) \((.+)\)$/s.exec(english) ?? [];
  const told = said && whole(said);
  return told && `${told} (${sentence(note ?? "") ?? note})`;
}

/** What fills a place: a sentence again, a day, a word that was quoted, or what somebody entered. */
function part(value: string): string {
  const [, before = "", core = "", after = ""] = /^([\s;,]*)(.*?)([\s:]*)$/s.exec(value) ?? [];
  if (core === "") return value;
  if (/^\d{4}-\d\d-\d\d$/.test(core)) return `${before}${day(core)}${after}`;
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(core))
    return `${before}${instant(`${core.replace(" ", "T")}Z`)}${after}`;
  if (/^'[^']*'$/.test(core))
    return `${before}${QUOTES[language]?.replace("x", core.slice(1, -1)) ?? core}${after}`;
  return `${before}${sentence(core) ?? clauses(core, ", ") ?? days(core)}${after}`;
}

const QUOTES: Record<string, string> = { de: "„x“", fr: "« x »" };
const days = (core: string) => core.replaceAll(/\b\d{4}-\d\d-\d\d\b/g, (found) => day(found));

function number(value: string): string {
  if (!NUMBER.test(value)) return part(value);
  const percent = value.endsWith("%");
  const plain = Number(value.replaceAll(",", "").replace("−", "-").replace(/[±%]/g, ""));
  const digits = value.split(".")[1]?.replace(/\D.*$/, "").length ?? 0;
  const written = new Intl.NumberFormat(locale, {
    style: percent ? "percent" : "decimal",
    signDisplay: value.startsWith("+") ? "always" : "auto",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return written.format(percent ? plain / 100 : plain);
}

/** Every text with places, those that say most in words of their own first: a longer one is never taken for a shorter. */
function all(): Known[] {
  const texts = Object.entries(spoken).filter(([text]) => text.includes("{0}"));
  const own = (text: string) => text.replaceAll(PLACE, "").length;
  return texts
    .sort(([one], [other]) => own(other) - own(one))
    .map(([text, told]) => compiled(bare(text), bare(told)));
}

/** A text that is put behind another one stands alone where they are taken apart. */
const bare = (text: string) => text.replace(/^\s*[;,] /, "");

function compiled(text: string, told: string): Known {
  const numbers = new Set([...told.matchAll(/\{(\d):n\}/g)].map(([, name]) => name));
  const names = [...text.matchAll(/\{(\d)\}/g)].map(([, name]) => name ?? "");
  // Of two places beside each other the first has it all.
  const words = text
    .split(/(\{\d\})/)
    .filter((piece) => piece !== "")
    .map((piece, at, every) => {
      if (!/^\{\d\}$/.test(piece)) return piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return /^\{\d\}$/.test(every[at - 1] ?? "") ? "()" : "(.+?)";
    });
  const must = text
    .split(PLACE)
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
  return {
    must,
    words: new RegExp(`^${words.join("")}$`, "s"),
    told,
    places: names.map((name) => ({ name, number: numbers.has(name) })),
  };
}
