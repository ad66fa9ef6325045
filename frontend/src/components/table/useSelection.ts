import { useMemo, useState } from "react";

export interface Selection<Row> {
  chosen: readonly Row[];
  has: (row: Row) => boolean;
  toggle: (row: Row) => void;
  all: () => void;
  clear: () => void;
}

/** Which rows of a list are chosen to do something with all of them. A row that is not listed any more is not chosen. */
export function useSelection<Row>(
  rows: readonly Row[] | undefined,
  keyOf: (row: Row) => string,
): Selection<Row> {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => (rows ?? []).filter((row) => keys.has(keyOf(row))), [rows, keys, keyOf]);
  return {
    chosen,
    has: (row) => keys.has(keyOf(row)),
    toggle: (row) =>
      setKeys((before) => {
        const next = new Set(before);
        if (!next.delete(keyOf(row))) next.add(keyOf(row));
        return next;
      }),
    all: () => setKeys(new Set((rows ?? []).map(keyOf))),
    clear: () => setKeys(new Set()),
  };
}
