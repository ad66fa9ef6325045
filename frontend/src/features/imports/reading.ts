/** How a file is to be read, as far as somebody said. Pure. */
import { words } from "@/lib/format";

/** What people say of a file; what they leave open is found in it. */
export interface Reading {
  columns: Record<string, string> | null;
  decimal_comma: boolean | null;
  day_first: boolean | null;
  /** Whether codes that no product has become products, or wait. */
  unknown_codes: "make" | "wait" | null;
}

export const AS_FOUND: Reading = { columns: null, decimal_comma: null, day_first: null, unknown_codes: null };

/** The mapping as the API takes it: only what was said, and only columns that have a target. */
export function mappingText(reading: Reading, more: object = {}): string {
  const columns =
    reading.columns && Object.fromEntries(Object.entries(reading.columns).filter(([, column]) => column));
  const said = Object.entries({ ...reading, columns, ...more }).filter(([, value]) => value !== null);
  return said.length > 0 ? JSON.stringify(Object.fromEntries(said)) : "";
}

const DELIMITERS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

/** What kind of file it is, in words. */
export function formatText({ format, delimiter }: { format: string; delimiter: string | null }): string {
  const kind = format === "csv" ? "CSV" : words(format);
  return delimiter ? `${kind}, ${DELIMITERS[delimiter] ?? delimiter} between columns` : kind;
}
