import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { Term, type Word } from "@/components/ui/Term";
import { t } from "@/lib/texts";
import { type Column, sortAfter } from "./columns";

interface Props<Row> {
  columns: readonly Column<Row>[];
  /** Whether the rows have a button that opens what is too wide for the screen. */
  more: boolean;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
}

/** A head to press that explains its word too. */
function Explained({ term, children }: { term: Word | undefined; children: ReactNode }) {
  if (!term) return children;
  return (
    <Term of={term} pressed>
      {children}
    </Term>
  );
}

/** The heads stay in sight; those that the server sorts by are buttons. */
export function Head<Row>({ columns, more, sort, onSort }: Props<Row>) {
  return (
    <thead className="sticky top-0 z-10 bg-panel">
      <tr aria-rowindex={1}>
        {columns.map((column) => {
          const by = onSort && column.sort;
          const down = by && sort === `-${by.by}`;
          const up = by && sort === by.by;
          return (
            <th
              key={column.id}
              scope="col"
              aria-sort={down ? "descending" : up ? "ascending" : undefined}
              className={clsx(
                "h-9 border-b border-line px-2 text-sec leading-tight font-medium text-ink-2 first:pl-4 last:pr-3 [overflow-wrap:anywhere] sm:px-3 sm:last:pr-4",
                column.align === "right" && "text-right",
              )}
            >
              {column.silent ? (
                <span className="sr-only">{column.label}</span>
              ) : by ? (
                <Explained term={column.term}>
                  <button
                    type="button"
                    onClick={() => onSort(sortAfter(sort, by))}
                    className={clsx(
                      "inline-flex min-h-7 items-center gap-1 [text-align:inherit]",
                      (up || down) && "font-semibold text-ink",
                    )}
                  >
                    {column.label}
                    {down && <ArrowDown size={12} aria-hidden />}
                    {up && <ArrowUp size={12} aria-hidden />}
                  </button>
                </Explained>
              ) : column.term ? (
                <Term of={column.term}>{column.label}</Term>
              ) : (
                column.label
              )}
            </th>
          );
        })}
        {more && (
          <th scope="col" className="border-b border-line">
            <span className="sr-only">{t("More")}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
