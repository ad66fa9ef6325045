/**
 * Every text that is shown comes through here: `t` gives it in the language that was chosen. A text is its own key, in
 * English, which is complete by itself; other languages are files of their own (src/texts), asked for only by who reads
 * in them. What a language lacks is shown in English. The language is known before any other module is read, since they
 * name their texts then; choosing another begins anew.
 */
import german from "@/texts/de.json?url";
import french from "@/texts/fr.json?url";
import germanServices from "@/texts/services.de.json?url";
import frenchServices from "@/texts/services.fr.json?url";
import { store, stored } from "./stored";

export const LANGUAGES = [
  { code: "en", name: "English", locale: "en-GB", files: undefined },
  { code: "de", name: "Deutsch", locale: "de-DE", files: [german, germanServices] },
  { code: "fr", name: "Français", locale: "fr-FR", files: [french, frenchServices] },
] as const;
export type Language = (typeof LANGUAGES)[number]["code"];

const KEY = "almanac-language";
/** Marks each text that came through here, for the test that finds those that did not. */
const MARKED = "marked";

const chosen = stored<string>(KEY, "en");
const known = LANGUAGES.find(({ code }) => code === chosen) ?? LANGUAGES[0];
export const language: Language = known.code;
export const { locale } = known;

let texts: Readonly<Record<string, string>> = {};
/** What services say, by its English text; lib/heard.ts knows a sentence again by it. */
export let spoken: Readonly<Record<string, string>> = {};

/** Reads the language's files, if it has some; before any module that names a text. */
export async function prepare(): Promise<void> {
  document.documentElement.lang = language;
  if (known.files === undefined) return;
  try {
    [texts = {}, spoken = {}] = await Promise.all(
      known.files.map(async (file) => (await fetch(file)).json()),
    );
  } catch {
    // English is better than nothing.
  }
}

type Part = string | number | null | undefined | false;

const PLACE = /{(\d)(?::([^{}/]*)\/([^{}]*))?}/g;

/**
 * A text with its places filled by the parts; marked where that was asked for. `{0:unit is/units are}` is the words that
 * the number in the place 0 asks for: they stand where the language has them.
 */
function filled(said: string, parts: readonly Part[]): string {
  const whole =
    parts.length > 0
      ? said.replaceAll(PLACE, (_, place, one?: string, other?: string) => {
          const part = parts[place] || parts[place] === 0 ? parts[place] : "";
          return one === undefined ? String(part) : String(isOne(part) ? one : other);
        })
      : said;
  return marked(whole);
}

/** A whole that came through a catalogue, marked where that was asked for. */
export const marked = (whole: string): string => (chosen === MARKED ? `⟦${whole}⟧` : whole);

/** Whether the dashboard's own catalogue has the text in the chosen language. */
export const has = (text: string): boolean => text in texts;

/** A text in the chosen language; "{0}", "{1}" … are filled with the parts. */
export const t = (text: string, ...parts: Part[]): string => filled(texts[text] ?? text, parts);

const rules = new Intl.PluralRules(locale);

/** Whether a number, as it is shown, is one in the language: 1.5 is in French alone. Long ones are not. */
const isOne = (shown: Part): boolean =>
  /^[−-]?\d([.,]\d+)?$/.test(String(shown)) &&
  rules.select(Number(String(shown).replace("−", "-").replace(",", "."))) === "one";

/** The form of a word, or of a whole sentence, that a number asks for; both forms are one text of the catalogue. */
export function tn(value: number, one: string, other: string, ...parts: Part[]): string {
  const said = (texts[`${one}|${other}`] ?? `${one}|${other}`).split("|");
  return filled(said[rules.select(value) === "one" ? 0 : 1] ?? other, parts);
}

/** Reads in another language from now on: all that was made of texts is made anew. */
export function speak(next: Language): void {
  store(KEY, next);
  location.reload();
}
