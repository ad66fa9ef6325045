import type { Value } from "@/lib/csv";
import type { Column } from "./columns";

/** A column of secondary text, cut off where it is too long; a dash stands for what is not known. */
export function textColumn<Row>(
  id: string,
  label: string,
  of: (keyof Row & string) | ((row: Row) => Value),
  shown: Pick<Column<Row>, "width" | "from" | "sort" | "spare">,
): Column<Row> {
  const text = typeof of === "string" ? (row: Row) => row[of] as Value : of;
  return {
    id,
    label,
    text,
    ...(typeof of === "string" ? { file: of } : {}),
    cell: (row) => <span className="block truncate text-ink-2">{text(row) ?? "–"}</span>,
    ...shown,
  };
}
