import clsx from "clsx";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Empty } from "@/components/ui/states";
import { plural, words } from "@/lib/format";

const FIELDS = [
  "sku",
  "quantity",
  "sold_at",
  "unit_price",
  "location",
  "event_id",
  "kind",
  "name",
  "category",
];
const DELIMITERS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

interface Props {
  preview: Schemas["Preview"];
  onColumns: (columns: Record<string, string>) => void;
}

/** How the file would be read: the mapping, to be changed, and the first lines with what is wrong in them. */
export function PreviewCard({ preview, onColumns }: Props) {
  const fields = [...new Set([...FIELDS, ...Object.keys(preview.mapping), ...preview.missing])];
  const wrong = preview.rows.filter((row) => row.errors.length > 0).length;
  const assign = (field: string, column: string) => {
    // A column goes to one field: choosing it here takes it away elsewhere.
    const kept = Object.entries(preview.mapping).filter(([name, used]) => name !== field && used !== column);
    onColumns(Object.fromEntries(column ? [...kept, [field, column]] : kept));
  };
  return (
    <>
      <div className="grid gap-3 p-4 sm:grid-cols-3 lg:grid-cols-5">
        {fields.map((field) => (
          <label key={field} className="flex flex-col gap-1 text-sec text-ink-2">
            <span>
              {words(field)}
              {preview.missing.includes(field) && <span className="text-bad"> · needed</span>}
            </span>
            <select
              value={preview.mapping[field] ?? ""}
              onChange={(event) => assign(field, event.target.value)}
              aria-invalid={preview.missing.includes(field) || undefined}
              className="h-8 rounded-md border border-control bg-panel px-2 text-body text-ink aria-invalid:border-bad"
            >
              <option value="">Not in the file</option>
              {preview.columns.map((column) => (
                <option key={column}>{column}</option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <p role="status" className="border-t border-line px-4 py-2 text-ink-2">
        {words(preview.format)}
        {preview.delimiter && `, ${DELIMITERS[preview.delimiter] ?? preview.delimiter} between columns`},
        decimal “{preview.decimal}”{preview.day_first ? ", day before month" : ""}. Of the first{" "}
        {plural(preview.rows.length, "line")}, {preview.rows.length - wrong} ready, {plural(wrong, "error")}.
      </p>
      {preview.warnings.map((warning) => (
        <p key={warning} className="mx-4 mb-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {warning}
        </p>
      ))}
      <DataTable
        label="First lines"
        plain
        columns={columnsOf(preview.columns)}
        rows={here(preview.rows)}
        rowKey={(row) => String(row.line)}
        empty={<Empty title="The file has no lines" />}
      />
    </>
  );
}

type Line = Schemas["Preview"]["rows"][number];

/** The file's own columns; what is wrong in one stands in it. */
function columnsOf(names: readonly string[]): readonly Column<Line>[] {
  return [
    {
      id: "line",
      label: "Line",
      width: 60,
      align: "right",
      cell: (row) => <span className="text-ink-3">{row.line}</span>,
    },
    ...names.map((name, place) => ({
      id: `column ${place}`,
      label: name,
      width: 130,
      cell: (row: Line) => {
        const error = row.errors.find((item) => item.column === name);
        return (
          <span className={clsx("block", error && "-mx-1.5 rounded bg-bad-soft px-1.5")}>
            <span className="block truncate">{row.values[place]}</span>
            {error && <span className="block text-meta text-bad">{error.message}</span>}
          </span>
        );
      },
    })),
  ];
}
