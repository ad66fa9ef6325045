import clsx from "clsx";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Choice } from "@/components/ui/controls";
import { Empty } from "@/components/ui/states";
import { count, plural, words } from "@/lib/format";
import type { Reading } from "./reading";

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
  reading: Reading;
  onReading: (reading: Reading) => void;
}

/** How the file would be read: the mapping, to be changed, and the first lines with what is wrong in them. */
export function PreviewCard({ preview, reading, onReading }: Props) {
  const fields = [...new Set([...FIELDS, ...Object.keys(preview.mapping), ...preview.missing])];
  const { lines = 0, refused = 0, questions = [] } = preview;
  const assign = (field: string, column: string) => {
    // A column goes to one field: choosing it here takes it away elsewhere.
    const kept = Object.entries(preview.mapping).filter(([name, used]) => name !== field && used !== column);
    onReading({ ...reading, columns: Object.fromEntries(column ? [...kept, [field, column]] : kept) });
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
      <div className="flex flex-wrap gap-4 px-4 pb-3">
        <Said
          label="Numbers"
          no="1,234.50"
          yes="1.234,50"
          value={reading.decimal_comma}
          onChange={(decimal_comma) => onReading({ ...reading, decimal_comma })}
        />
        <Said
          label="Days"
          no="month/day"
          yes="day/month"
          value={reading.day_first}
          onChange={(day_first) => onReading({ ...reading, day_first })}
        />
      </div>
      <p role="status" className="border-t border-line px-4 py-2 text-ink-2">
        {words(preview.format)}
        {preview.delimiter && `, ${DELIMITERS[preview.delimiter] ?? preview.delimiter} between columns`},
        decimal “{preview.decimal}”{preview.day_first ? ", day before month" : ""}. Of {plural(lines, "line")}
        , {count(lines - refused)} ready, {plural(refused, "error")}.
      </p>
      {questions.map((question) => (
        <p key={question} role="alert" className="mx-4 mb-2 rounded-md bg-bad-soft px-3 py-2 text-bad">
          {question}
        </p>
      ))}
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

interface SaidProps {
  label: string;
  no: string;
  yes: string;
  value: boolean | null;
  onChange: (value: boolean | null) => void;
}

/** A doubt about the file that people can settle. */
function Said({ label, no, yes, value, onChange }: SaidProps) {
  const options = [
    { value: "found", label: `${label}: as found` },
    { value: "no", label: `${label}: ${no}` },
    { value: "yes", label: `${label}: ${yes}` },
  ];
  return (
    <Choice
      label={label}
      value={value === null ? "found" : value ? "yes" : "no"}
      options={options}
      onChange={(next) => onChange(next === "found" ? null : next === "yes")}
    />
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
