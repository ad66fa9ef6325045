/** What a table's columns are, and which of them are shown. */
import { type ReactNode, useState } from "react";
import type { Word } from "@/components/ui/Term";
import { csvOf, type Value } from "@/lib/csv";
import { useMedia } from "@/lib/hooks";
import { store, stored } from "@/lib/stored";

/** A field of a row, or one within it after a dot. */
export type Field<Row> = (keyof Row & string) | `${keyof Row & string}.${string}`;

export interface Column<Row> {
  id: string;
  label: string;
  /** Its least width in pixels; what is left over is shared in the same proportions. */
  width: number;
  align?: "right";
  /** The word of the glossary that its head explains. */
  term?: Word;
  /** On narrower screens it opens below its row. */
  from?: "sm" | "md" | "lg" | "xl";
  /** Whether another column says it too, so that nothing opens for its sake. */
  spare?: boolean;
  /** Whether its head is for screen readers only, as of a column of buttons. */
  silent?: boolean;
  /** What it is called in the API's `sort`; `down` when the largest come first. */
  sort?: { by: string; first?: "up" | "down" };
  cell: (row: Row, place: number) => ReactNode;
  /**
   * What of a row is written where the server writes the file: a field of the API's answer under the column's label,
   * or several, each under a label of its own. Without it the column is not written.
   */
  file?: Field<Row> | Readonly<Record<string, Field<Row>>>;
  /** The same where all rows are at hand and the browser writes them. */
  text?: (row: Row) => Value;
}

const WIDTHS = { sm: 640, md: 768, lg: 1024, xl: 1280 } as const;

/** The columns that were not taken off, by whether the screen has room; the choice is kept by the table's name. */
export function useColumns<Row>(name: string, columns: readonly Column<Row>[]) {
  const key = `almanac-columns-${name}`;
  const [off, setOff] = useState<string[]>(() => stored(key, []));
  const sizes = {
    sm: useMedia(`(min-width: ${WIDTHS.sm}px)`),
    md: useMedia(`(min-width: ${WIDTHS.md}px)`),
    lg: useMedia(`(min-width: ${WIDTHS.lg}px)`),
    xl: useMedia(`(min-width: ${WIDTHS.xl}px)`),
  };
  const wanted = columns.filter((column) => !off.includes(column.id));
  const fits = ({ from }: Column<Row>) => !from || sizes[from];
  const toggle = (id: string) => {
    const next = off.includes(id) ? off.filter((other) => other !== id) : [...off, id];
    setOff(next);
    store(key, next);
  };
  return {
    shown: wanted.filter(fits),
    narrowed: wanted.filter((column) => !column.spare && !fits(column)),
    /** What is written to a file, whatever the screen has room for. */
    wanted,
    phone: !sizes.sm,
    /** What can be chosen: not the first, which names the row, nor buttons. */
    choice: columns.slice(1).filter((column) => !column.silent),
    isOff: (id: string) => off.includes(id),
    toggle,
  };
}

/** The next order of a column that was pressed: its own first, then the other way round. */
export function sortAfter(
  sort: string | undefined,
  { by, first = "up" }: { by: string; first?: "up" | "down" },
) {
  const [one, other] = first === "down" ? [`-${by}`, by] : [by, `-${by}`];
  return sort === one ? other : one;
}

/** The fields that the server writes of the columns, as it is asked for them. */
export function fieldsOf<Row>(columns: readonly Column<Row>[]): string[] {
  const asked = columns.flatMap(({ label, file }) =>
    file === undefined ? [] : typeof file === "string" ? [[label, file]] : Object.entries(file),
  );
  const once = new Map(asked.map(([label, field]) => [field, label]));
  return [...once].map(([field, label]) => `${field}:${label}`);
}

/** The rows as a file with the columns. */
export function fileOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const written = columns.filter((column) => column.text);
  return csvOf(
    written.map((column) => column.label),
    rows.map((row) => written.map((column) => column.text?.(row))),
  );
}

const LETTER = 7; // px, of a button's word on average
const AROUND = 54; // a button's padding and its cell's

/** How wide a column is that has a button of this word, which is longer in one language than in another. */
export const roomFor = (word: string): number => AROUND + LETTER * word.length;
