import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useState } from "react";
import { raw, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, type Tone } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { count, plural, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import { inTurn } from "./inTurn";
import { KeptMapping } from "./KeptMapping";
import type { ShopKind } from "./kinds";
import { ColumnChoice, Doubts, MakePlaces, Notes, Outcome } from "./parts";
import { AS_FOUND, answered, columnsSaid, formatText, mappingText, type Reading } from "./reading";
import { finalText } from "./told";

type Preview = Schemas["ShopPreview"];

interface Props {
  kind: ShopKind;
  file: File;
  onAnother: () => void;
  onStarted: (id: string) => void;
}

/** A file of the shop before it counts: what each line would do, and what is wrong at which cell. */
export function ShopFile({ kind, file, onAnother, onStarted }: Props) {
  const [reading, setReading] = useState<Reading>(AS_FOUND);
  const mapping = mappingText(reading);
  const query = mapping ? `?mapping=${encodeURIComponent(mapping)}` : "";
  const preview = useQuery({
    queryKey: ["shop-imports", "preview", kind, file.name, file.size, file.lastModified, query],
    queryFn: ({ signal }) =>
      inTurn(
        signal,
        async (): Promise<Preview> =>
          (await raw(`/api/shop-imports/${kind}/preview${query}`, { method: "POST", body: file })).json(),
      ),
    retry: false,
    placeholderData: (before) => (mapping ? before : undefined),
  });
  const start = useAct({
    send: async () => {
      const name = `name=${encodeURIComponent(file.name)}`;
      const path = `/api/shop-imports/${kind}${query ? `${query}&` : "?"}${name}`;
      return (await (await raw(path, { method: "POST", body: file })).json()) as Schemas["ShopImportStarted"];
    },
    stale: ["shop-imports"],
    onDone: (started) => onStarted(started.id),
  });
  const found = preview.data;
  const counts = (found?.created ?? 0) + (found?.changed ?? 0);
  const ready =
    found &&
    !preview.isPlaceholderData &&
    found.missing.length === 0 &&
    found.questions.length === 0 &&
    counts > 0;
  return (
    <Card>
      <CardHead title={file.name} note={t("{0} kB", count(Math.ceil(file.size / 1024)))}>
        <Button onClick={onAnother}>{t("Choose another file")}</Button>
        <Button look="primary" disabled={!ready || start.isPending} onClick={() => start.mutate()}>
          {start.isPending ? t("Uploading") : t("Import {0}", plural(counts, "line"))}
        </Button>
      </CardHead>
      <div className="px-4 empty:hidden [&>*]:my-3">
        <Problem error={start.error} />
      </div>
      {preview.isError ? (
        <ErrorCard title={t("The preview")} error={preview.error} onRetry={() => void preview.refetch()} />
      ) : found ? (
        <>
          <ColumnChoice
            fields={found.targets}
            columns={found.columns}
            mapping={columnsSaid(reading, found)}
            missing={found.missing}
            onMapping={(columns) =>
              setReading({ ...reading, columns, kept: found.saved_mapping?.mapping ?? reading.kept })
            }
          />
          <KeptMapping kept={found.saved_mapping} reading={reading} onReading={setReading} />
          <Doubts reading={reading} onReading={setReading} />
          {("unknown_location" in found.reasons || reading.make_locations) && (
            <MakePlaces reading={reading} onReading={setReading} />
          )}
          <Outcome again={preview.isPlaceholderData}>
            {t(
              "{0}. Of {1}: {2} new, {3} changed, {4} as they are, {5}.",
              formatText(found),
              plural(found.total, "line"),
              count(found.created),
              count(found.changed),
              count(found.unchanged),
              plural(found.refused, "error"),
            )}{" "}
            {found.undoable ? t("The import can be undone as a whole.") : finalText(found.undo_note)}
          </Outcome>
          <Notes
            asked={found.asked ?? []}
            warnings={found.warnings}
            onAnswer={(setting, value) =>
              setReading(answered(reading, columnsSaid(reading, found), setting, value))
            }
          />
          <DataTable
            label={t("First lines")}
            plain
            columns={columnsOf(found)}
            rows={{ ...here(found.lines), dimmed: preview.isPlaceholderData }}
            rowKey={(line) => String(line.line)}
            empty={<Empty title={t("No line can be read yet")}>{t("Say which column is which.")}</Empty>}
          />
        </>
      ) : (
        <SkeletonRows rows={5} height={36} />
      )}
    </Card>
  );
}

type Line = Preview["lines"][number];
const TONES: Record<string, Tone> = { created: "good", changed: "info", refused: "bad" };

/** What becomes of a line, then its cells as the file has them; what is wrong in one stands in it. */
function columnsOf({ mapping }: Preview): readonly Column<Line>[] {
  const wrong = (line: Line, column: string) => line.errors.find((error) => error.column === column);
  return [
    {
      id: "line",
      label: t("Line"),
      width: 60,
      align: "right",
      cell: (line) => <span className="text-ink-3">{line.line}</span>,
    },
    {
      id: "outcome",
      label: t("Becomes"),
      width: 110,
      cell: (line) => (
        <>
          <Badge tone={TONES[line.outcome] ?? "plain"}>{words(line.outcome)}</Badge>
          {line.errors
            .filter((error) => !(error.column in mapping) && !Object.values(mapping).includes(error.column))
            .map((error) => (
              <span key={error.code} className="block text-meta text-bad">
                {heard(error.message)}
              </span>
            ))}
        </>
      ),
    },
    ...Object.entries(mapping).map(([target, column]) => ({
      id: target,
      label: column,
      width: 130,
      cell: (line: Line) => {
        const cell = line.cells.find((each) => each.target === target);
        const error = wrong(line, target) ?? wrong(line, column);
        const before = line.outcome === "changed" ? line.changes[target] : undefined;
        return (
          <span className={clsx("block", error && "-mx-1.5 rounded bg-bad-soft px-1.5")}>
            <span className="block truncate">{cell?.raw}</span>
            {before !== undefined && (
              <span className="block text-meta text-ink-3">{t("was {0}", before ?? t("nothing"))}</span>
            )}
            {error && <span className="block text-meta text-bad">{heard(error.message)}</span>}
          </span>
        );
      },
    })),
  ];
}
