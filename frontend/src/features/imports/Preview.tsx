import clsx from "clsx";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Segmented } from "@/components/ui/controls";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { count, plural } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t, tn } from "@/lib/texts";
import { KeptMapping } from "./KeptMapping";
import { ColumnChoice, Doubts, MakePlaces, Notes, Outcome, SourceName } from "./parts";
import { answered, columnsSaid, formatText, type Reading } from "./reading";

/** What most files say; the rest of what a column may be is asked for behind a word. */
const USUAL = 12;
interface Props {
  preview: Schemas["Preview"];
  reading: Reading;
  /** The file is being read again: what is shown is from before. */
  again: boolean;
  onReading: (reading: Reading) => void;
}

const LABELS: Record<string, string> = {
  invoice: t("Receipt or invoice number"),
  amount: t("Amount of the line"),
  price: t("List price"),
  is_return: t("Is a return"),
  is_cancelled: t("Is cancelled"),
  zone: t("Time zone"),
  unit: t("Unit of the quantity"),
};

/** How the file would be read: the mapping, to be changed, and the first lines with what is wrong in them. */
export function PreviewCard({ preview, reading, again, onReading }: Props) {
  const { unknown = 0, unknown_locations: places = [], asked = [], saved_mapping: kept } = preview;
  return (
    <>
      <ColumnChoice
        fields={preview.targets ?? []}
        usual={USUAL}
        labels={LABELS}
        columns={preview.columns}
        mapping={columnsSaid(reading, preview)}
        missing={preview.missing}
        onMapping={(columns) => onReading({ ...reading, columns, kept: kept?.mapping ?? reading.kept })}
      />
      <KeptMapping kept={kept} reading={reading} onReading={onReading} />
      <Doubts reading={reading} onReading={onReading} />
      <SourceName reading={reading} onReading={onReading} />
      <Outcome again={again}>
        {preview.day_first
          ? t("{0}, decimal “{1}”, day before month.", formatText(preview), preview.decimal)
          : t("{0}, decimal “{1}”.", formatText(preview), preview.decimal)}{" "}
        {fatesText(preview)}
      </Outcome>
      {(places.length > 0 || reading.make_locations) && (
        <MakePlaces reading={reading} onReading={onReading} />
      )}
      {(unknown > 0 || reading.unknown_codes !== null) && (
        <UnknownCodes preview={preview} reading={reading} onReading={onReading} />
      )}
      <Notes
        asked={asked}
        warnings={preview.warnings}
        onAnswer={(setting, value) =>
          onReading(answered(reading, columnsSaid(reading, preview), setting, value))
        }
      />
      <DataTable
        label={t("First lines")}
        plain
        columns={columnsOf(preview.columns)}
        rows={{ ...here(preview.rows), dimmed: again }}
        rowKey={(row) => String(row.line)}
        empty={<Empty title={t("The file has no lines")} />}
      />
    </>
  );
}

/** Codes that no product has: they wait until somebody says what each means, unless they are to become products. */
function UnknownCodes({ preview, reading, onReading }: Omit<Props, "again">) {
  const { unknown = 0, unknown_codes: codes = [], makes_products: makes = false } = preview;
  const named = `${codes.slice(0, NAMED).join(", ")}${unknown > NAMED ? " …" : ""}`;
  const said = makes
    ? tn(
        unknown,
        "{0} new code becomes a product: {1}",
        "{0} new codes become products: {1}",
        count(unknown),
        named,
      )
    : tn(unknown, "{0} code no product has: {1}", "{0} codes no product has: {1}", count(unknown), named);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-2">
      <p className="min-w-0 flex-1 text-ink-2">{unknown > 0 ? said : t("Every code is known.")}</p>
      <Segmented
        label={t("Codes that no product has")}
        value={makes ? "make" : "wait"}
        options={UNKNOWN_CHOICE}
        onChange={(unknown_codes) => onReading({ ...reading, unknown_codes })}
      />
    </div>
  );
}

const NAMED = 6;
const UNKNOWN_CHOICE = [
  { value: "wait", label: t("They wait") },
  { value: "make", label: t("Make products") },
] as const;

type Line = Schemas["Preview"]["rows"][number];

/** What becomes of all lines, in words. */
function fatesText(preview: Schemas["Preview"]): string {
  const { lines = 0, recorded = 0, duplicates = 0, waiting = 0, refused = 0, conflicts = 0 } = preview;
  const fates = [
    t("{0} ready", count(recorded)),
    ...(duplicates > 0 ? [t("{0} there already", count(duplicates))] : []),
    plural(refused, "error") + (conflicts > 0 ? ` (${plural(conflicts, "conflict")})` : ""),
    ...(waiting > 0 ? [t("{0} wait for their product or place", count(waiting))] : []),
  ];
  return t("Of {0}, {1}.", plural(lines, "line"), fates.join(", "));
}

const FATES: Record<string, { tone: Tone; text: string }> = {
  recorded: { tone: "good", text: t("Recorded") },
  duplicate: { tone: "plain", text: t("There already") },
  waiting: { tone: "warn", text: t("Waits") },
  refused: { tone: "bad", text: t("Refused") },
};

/** What becomes of a line; what is wrong with it as a whole stands beside it. */
function Fate({ line, columns }: { line: Line; columns: readonly string[] }) {
  const fate = FATES[line.fate ?? ""];
  return (
    <>
      {fate && <Badge tone={fate.tone}>{fate.text}</Badge>}
      {line.errors
        .filter((error) => !columns.includes(error.column))
        .map((error) => (
          <span key={error.code} className="block text-meta text-bad">
            {heard(error.message)}
          </span>
        ))}
    </>
  );
}

/** The file's own columns; what is wrong in one stands in it. */
function columnsOf(names: readonly string[]): readonly Column<Line>[] {
  return [
    {
      id: "line",
      label: t("Line"),
      width: 60,
      align: "right",
      cell: (row) => <span className="text-ink-3">{row.line}</span>,
    },
    { id: "fate", label: t("Becomes"), width: 120, cell: (row) => <Fate line={row} columns={names} /> },
    ...names.map((name, place) => ({
      id: `column ${place}`,
      label: name,
      width: 130,
      cell: (row: Line) => {
        const error = row.errors.find((item) => item.column === name);
        return (
          <span className={clsx("block", error && "-mx-1.5 rounded bg-bad-soft px-1.5")}>
            <span className="block truncate">{row.values[place]}</span>
            {error && <span className="block text-meta text-bad">{heard(error.message)}</span>}
          </span>
        );
      },
    })),
  ];
}
