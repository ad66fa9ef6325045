import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { ago, count, plural, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";
import { KINDS } from "./kinds";
import { fixColumn } from "./Mend";
import { linesOf, running, tone } from "./status";
import { finalText, ToldOf } from "./told";

type Import = Schemas["ShopImportOut"];
const STALE = ["*"] as const;

/** An import of the shop's: how far it is, what became of its lines, and the way back. */
export function ShopOpened({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery({
    ...query("/api/shop-imports/{import_id}", { path: { import_id: id } }),
    refetchInterval: (asked) => (asked.state.data && !running(asked.state.data.status) ? false : 1000),
  });
  if (!found.data)
    return (
      <Card>
        {found.isError ? (
          <ErrorCard title={t("The import")} error={found.error} onRetry={() => void found.refetch()} />
        ) : (
          <SkeletonRows rows={3} />
        )}
      </Card>
    );
  const job = found.data;
  const figures: [string, number][] = [
    [t("New"), job.created],
    [t("Changed"), job.changed],
    [t("As they were"), job.unchanged],
    [t("Refused"), job.refused],
  ];
  return (
    <Card>
      <CardHead
        title={`${KINDS[job.kind].label}: ${job.name}`}
        note={
          job.undone ? (
            <Badge>{t("Undone by {0}", job.undone.by)}</Badge>
          ) : (
            <Badge tone={tone(job.status)}>{words(job.status)}</Badge>
          )
        }
      >
        {may("planner") && <Acts job={job} />}
        <Button onClick={onClose}>{t("Close")}</Button>
      </CardHead>
      <ToldOf
        job={job}
        figures={figures}
        read={linesOf(job)}
        stands={running(job.status) ? words(job.stage ?? "waiting") : t("finished {0}", ago(job.finished_at))}
      >
        {!job.undoable && job.undo_note && <p className="text-ink-2">{finalText(job.undo_note)}</p>}
        {job.undone && (
          <p role="status" className="rounded-md bg-sunken px-3 py-2 text-ink-2">
            {t("{0} taken back {1}.", plural(job.undone.lines, "line"), ago(job.undone.at))}
          </p>
        )}
      </ToldOf>
      {job.refused > 0 && <Refused job={job} />}
    </Card>
  );
}

function Acts({ job }: { job: Import }) {
  const path = { params: { path: { import_id: job.id } } };
  const done = job.created + job.changed;
  if (running(job.status))
    return (
      <ConfirmButton
        label={t("Cancel")}
        look="danger"
        title={t("Cancel the import of {0}", job.name)}
        does={t("Cancel the import")}
        send={() => data(api.POST("/api/shop-imports/{import_id}/cancel", path))}
        stale={STALE}
      >
        {tn(
          done,
          "{0} line of it counts already and stays; the rest will not be read.",
          "{0} lines of it count already and stay; the rest will not be read.",
          count(done),
        )}
      </ConfirmButton>
    );
  if (!job.undoable || job.undone || done === 0) return null;
  return (
    <ConfirmButton
      label={t("Undo the import")}
      look="danger"
      title={t("Undo the import of {0}", job.name)}
      does={t("Undo the import")}
      send={() => data(api.POST("/api/shop-imports/{import_id}/undo", path))}
      stale={STALE}
      said={() => t("The import of {0} is taken back.", job.name)}
    >
      {t(
        "{0} new and {1} changed {1:line/lines} become what they were before. What somebody has changed since stays as it is, and is told.",
        count(job.created),
        count(job.changed),
      )}
    </ConfirmButton>
  );
}

type Line = Schemas["RefusedLine"];
const LINES: readonly Column<Line>[] = [
  { id: "line", label: t("Line"), width: 70, file: "line", cell: (line) => line.line },
  {
    id: "wrong",
    label: t("What is wrong"),
    width: 400,
    file: "errors",
    cell: (line) =>
      line.errors.map((error) => (
        <span key={`${error.column} ${error.code}`} className="block">
          <span className="font-medium">{words(error.column)}</span>{" "}
          <span className="text-bad">
            {error.message.includes(error.cell)
              ? heard(error.message)
              : `“${error.cell}” ${heard(error.message)}`}
          </span>
        </span>
      )),
  },
];

const mending = (job: string) => (line: Schemas["LineCells"]) =>
  data(
    api.POST("/api/shop-imports/{import_id}/mend", {
      params: { path: { import_id: job } },
      body: { lines: [line], dry_run: false },
    }),
  );

const columnsOf = (job: string): readonly Column<Line>[] => [
  ...LINES,
  fixColumn((line) => ({ line: { ...line, faults: line.errors }, send: mending(job), stale: STALE })),
];

function Refused({ job }: { job: Import }) {
  return (
    <div className="border-t border-line">
      <h3 className="px-4 py-2.5 font-medium">{plural(job.refused, "refused line")}</h3>
      <DataTable
        label={t("Refused lines")}
        one="line"
        columns={job.undone ? LINES : columnsOf(job.id)}
        rows={usePages("/api/shop-imports/{import_id}/errors", {
          path: { import_id: job.id },
          query: { limit: 100 },
        })}
        rowKey={(line) => String(line.line)}
        empty={null}
      />
    </div>
  );
}
