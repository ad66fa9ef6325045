import { useQuery } from "@tanstack/react-query";
import { api, data, download, type Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, count, duration, plural, words } from "@/lib/format";
import { heard, wordsOf } from "@/lib/heard";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";
import { FollowUp, fixColumn } from "./Mend";
import { type Import, linesOf, running, tone } from "./status";
import { ToldOf } from "./told";

export function Opened({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery({
    ...query("/api/imports/{import_id}", { path: { import_id: id } }),
    refetchInterval: (asked) => (asked.state.data && !working(asked.state.data) ? false : 1000),
  });
  if (found.isError)
    return (
      <Card>
        <ErrorCard title={t("The import")} error={found.error} onRetry={() => void found.refetch()} />
      </Card>
    );
  if (!found.data)
    return (
      <Card>
        <SkeletonRows rows={3} />
      </Card>
    );
  const job = found.data;
  const figures: [string, number][] = [
    [t("Recorded"), job.recorded],
    [t("Already there"), job.duplicates],
    [t("Waiting for their product"), job.quarantined],
    [t("Rejected"), job.rejected],
  ];
  return (
    <Card>
      <CardHead title={job.name} note={<Badge tone={tone(job.status)}>{words(job.status)}</Badge>}>
        {running(job.status) && may("planner") && (
          <ConfirmButton
            label={t("Cancel")}
            look="danger"
            title={t("Cancel the import of {0}", job.name)}
            does={t("Cancel the import")}
            send={() =>
              data(api.POST("/api/imports/{import_id}/cancel", { params: { path: { import_id: id } } }))
            }
            stale={["imports"]}
          >
            {tn(
              job.recorded,
              "{0} line of it is recorded and stays; the rest will not be read.",
              "{0} lines of it are recorded and stay; the rest will not be read.",
              count(job.recorded),
            )}
          </ConfirmButton>
        )}
        {!running(job.status) && may("planner") && <Undo job={job} />}
        <Button onClick={onClose}>{t("Close")}</Button>
      </CardHead>
      <ToldOf
        job={job}
        figures={figures}
        read={
          <>
            {linesOf(job)}
            {job.rate ? `, ${t("{0} a second", count(job.rate))}` : ""}
          </>
        }
        stands={
          running(job.status)
            ? job.seconds_left !== null
              ? t("about {0} left", duration(job.seconds_left))
              : words(job.stage ?? "waiting")
            : t("finished {0}", ago(job.finished_at))
        }
      >
        <FollowUp what="mend" work={job.mend} />
        <FollowUp what="undo" work={job.undo} />
        {job.undo && (
          <p className="text-ink-2">
            {t(
              "{0} voided, {1} withdrawn, {2} left because somebody has corrected them since.",
              plural(job.undone, "sale"),
              plural(job.withdrawn, "waiting line"),
              plural(job.kept, "entry", "entries"),
            )}
          </p>
        )}
      </ToldOf>
      {job.rejected > 0 && <Rejected job={job} />}
    </Card>
  );
}

/** Whether something is still done to it. */
function working(job: Import): boolean {
  return running(job.status) || [job.mend, job.undo].some((work) => work && work.finished_at === null);
}

function Undo({ job }: { job: Import }) {
  if (job.undo || job.recorded + job.quarantined === 0) return null;
  return (
    <ConfirmButton
      label={t("Undo the import")}
      look="danger"
      title={t("Undo the import of {0}", job.name)}
      does={t("Undo the import")}
      send={() =>
        data(api.POST("/api/imports/{import_id}/undo", { params: { path: { import_id: job.id } } }))
      }
      stale={["*"]}
    >
      {t(
        "{0}, and {1}. Products that it made stay, and so does what somebody has corrected since. The file may be imported again afterwards.",
        tn(
          job.recorded,
          "{0} sale recorded by it is voided",
          "{0} sales recorded by it are voided",
          count(job.recorded),
        ),
        tn(
          job.quarantined,
          "{0} line that waits is withdrawn",
          "{0} lines that wait are withdrawn",
          count(job.quarantined),
        ),
      )}
    </ConfirmButton>
  );
}

/** What is wrong with a line, as cells of it that are at fault. */
function faultsOf({ column, code, message }: Schemas["RejectedLine"]) {
  return message ? [{ column: column ?? "", code: code ?? "", message }] : [];
}

const mending = (job: string) => (line: Schemas["LineCells"]) =>
  data(
    api.POST("/api/imports/{import_id}/mend", {
      params: { path: { import_id: job } },
      body: { lines: [line], dry_run: false },
    }),
  );

const columnsOf = (job: string): readonly Column<Schemas["RejectedLine"]>[] => [
  ...LINES,
  fixColumn((line) => ({
    line: { ...line, faults: faultsOf(line) },
    send: mending(job),
    stale: ["imports", "sales"],
  })),
];

const LINES: readonly Column<Schemas["RejectedLine"]>[] = [
  { id: "line", label: t("Line"), width: 70, file: "line", cell: (line) => line.line },
  { id: "column", label: t("Column"), width: 110, file: "column", cell: (line) => line.column },
  {
    id: "reason",
    label: t("Reason"),
    width: 220,
    file: "message",
    cell: (line) => <span className="text-bad">{heard(line.message ?? "")}</span>,
  },
  {
    id: "content",
    label: t("Content"),
    width: 300,
    file: "content",
    cell: (line) => <span className="block truncate text-sec text-ink-2">{line.content}</span>,
  },
];

function Rejected({ job }: { job: Import }) {
  const lines = usePages("/api/imports/{import_id}/errors", {
    path: { import_id: job.id },
    query: { limit: 100 },
  });
  const save = useAct({
    send: () => download(`/api/imports/${job.id}/errors.csv`, `${job.name}-errors.csv`),
    stale: [],
    refusedAloud: true,
  });
  const reasons = Object.entries(job.reasons).sort(([, a], [, b]) => b - a);
  return (
    <div className="border-t border-line">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <h3 className="font-medium">{plural(job.rejected, "rejected line")}</h3>
        {reasons.map(([code, times]) => (
          <Badge key={code}>{`${wordsOf(code)} ${count(times)}`}</Badge>
        ))}
        <Button className="ml-auto" disabled={save.isPending} onClick={() => save.mutate()}>
          {t("Download all {0} as CSV", count(job.rejected))}
        </Button>
      </div>
      <DataTable
        label={t("Rejected lines")}
        one="line"
        columns={columnsOf(job.id)}
        rows={lines}
        rowKey={(line) => String(line.line)}
        empty={null}
      />
    </div>
  );
}
