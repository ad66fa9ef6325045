/** Sentences that a service made: the text is found by its English one, what fills it is written as its reader does. */

import { day, decimals, instant } from "./format";
import { heard } from "./heard";
import { has, t } from "./texts";

interface Sentence {
  text: string;
  values: Value[];
}
type Value =
  | string
  | number
  | Sentence
  | { number: number; digits: number; signed: boolean }
  | { day: string }
  | { moment: string };

const isSentence = (value: unknown): value is Sentence =>
  typeof value === "object" && value !== null && "text" in value && "values" in value;

/** The sentence in the reader's language; without one what was said in English. */
export function say(said: unknown, english: string): string {
  return isSentence(said) ? told(said) : plain(english);
}

const plain = (english: string): string => (has(english) ? t(english) : heard(english));

const told = ({ text, values }: Sentence): string =>
  values.length > 0 ? t(text, ...values.map(shown)) : plain(text);

function shown(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return decimals(value, 0);
  if ("text" in value) return told(value);
  if ("number" in value) return decimals(value.number, value.digits, value.signed);
  if ("day" in value) return day(value.day);
  return instant(value.moment);
}
