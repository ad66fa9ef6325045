/** How a file is to be read, as far as somebody said. Pure. */

import { words } from "@/lib/format";
import { t } from "@/lib/texts";

/** What people say of a file; what they leave open is found in it. */
export interface Reading {
  columns: Record<string, string> | null;
  decimal_comma: boolean | null;
  day_first: boolean | null;
  /** Whether codes that no product has become products, or wait. */
  unknown_codes: "make" | "wait" | null;
  /** Whether places that nobody has heard of are made. */
  make_locations: boolean | null;
  /** Which till or shop the file is of: sales are told apart by it and their number. */
  source: string | null;
  /** The kept mapping that columns are changed in. */
  kept: object | null;
  /** A kept mapping is not to be used. */
  refused: boolean;
}

export const AS_FOUND: Reading = {
  columns: null,
  decimal_comma: null,
  day_first: null,
  unknown_codes: null,
  make_locations: null,
  source: null,
  kept: null,
  refused: false,
};

/** The mapping as the API takes it: only what was said, and only columns that have a target. */
export function mappingText({ kept, refused, ...reading }: Reading): string {
  const columns =
    reading.columns && Object.fromEntries(Object.entries(reading.columns).filter(([, column]) => column));
  const said = Object.entries({ ...reading, columns }).filter(([, value]) => value !== null);
  // Answers alone would be added to the kept mapping: one that names columns, be it none, stands for itself.
  const base = refused ? { columns: {} } : kept;
  return said.length > 0 || base ? JSON.stringify({ ...base, ...Object.fromEntries(said) }) : "";
}

/** Which column says what: as somebody said, be it a moment ago, else as the last preview found it. */
export function columnsSaid(
  { columns }: Reading,
  found: { mapping: Record<string, string> },
): Record<string, string> {
  return columns ?? found.mapping;
}

/** The reading with a question's answer; `mapping`: which column says what as things stand. */
export function answered(
  reading: Reading,
  mapping: Record<string, string>,
  setting: string,
  value: boolean | string,
): Reading {
  const target = setting.startsWith("columns.") && setting.slice("columns.".length);
  if (target) return { ...reading, columns: { ...mapping, [target]: String(value) } };
  return { ...reading, [setting]: value };
}

const DELIMITERS: Record<string, string> = {
  ",": t("comma"),
  ";": t("semicolon"),
  "\t": t("tab"),
  "|": t("bar"),
};

/** What kind of file it is, in words. */
export function formatText({ format, delimiter }: { format: string; delimiter: string | null }): string {
  const kind = format === "csv" ? "CSV" : words(format);
  return delimiter ? t("{0}, {1} between columns", kind, DELIMITERS[delimiter] ?? delimiter) : kind;
}
