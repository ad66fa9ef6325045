import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { ago, count, day, duration, percent, words } from "@/lib/format";
import { liveOf } from "@/lib/runs";
import { may } from "@/lib/session";

type Run = Schemas["RunOut"];
type Found = Parameters<typeof rowsOf<Schemas["Page_RunOut_"], Run>>[0];

const TONES: Record<string, Tone> = { succeeded: "good", failed: "bad", "not-promoted": "warn" };
const EVERYTHING = ["*"] as const;

const methodsOf = (run: Run) =>
  Object.entries(run.methods)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, times]) => `${words(name)} ${count(times)}`)
    .join(", ");
const wape = (run: Run) => (typeof run.metrics.wape === "number" ? run.metrics.wape : null);

const columnsFor = (live: Run | undefined): readonly Column<Run>[] => [
  { id: "run", label: "Run", width: 60, text: (run) => run.version, cell: (run) => run.version },
  {
    id: "status",
    label: "Status",
    width: 140,
    text: (run) => (run.id === live?.id ? "live" : run.status),
    cell: (run) => (
      <>
        {run.id === live?.id ? (
          <Badge tone="info">Live</Badge>
        ) : (
          <Badge tone={TONES[run.status] ?? "plain"}>{words(run.status)}</Badge>
        )}
        {run.error && <p className="pt-1 text-sec text-bad">{run.error}</p>}
      </>
    ),
  },
  { id: "as_of", label: "As of", width: 96, text: (run) => run.as_of, cell: (run) => day(run.as_of) },
  {
    id: "series",
    label: "Forecasts",
    width: 90,
    align: "right",
    from: "sm",
    text: (run) => run.series,
    cell: (run) => count(run.series),
  },
  {
    id: "wape",
    label: "Backtest error",
    width: 116,
    align: "right",
    from: "md",
    text: wape,
    cell: (run) => percent(wape(run)),
  },
  {
    id: "methods",
    label: "Methods chosen",
    width: 190,
    from: "lg",
    text: methodsOf,
    cell: (run) => (
      <span className="line-clamp-2 text-ink-2" title={methodsOf(run)}>
        {methodsOf(run)}
      </span>
    ),
  },
  {
    id: "took",
    label: "Took",
    width: 76,
    align: "right",
    from: "md",
    text: (run) => run.seconds,
    cell: (run) => (run.seconds === null ? "" : duration(run.seconds)),
  },
  {
    id: "asked",
    label: "Asked for",
    width: 150,
    from: "md",
    text: (run) => run.requested_at,
    cell: (run) => `${ago(run.requested_at)} by ${run.requested_by}`,
  },
  {
    id: "actions",
    label: "Actions",
    width: 124,
    align: "right",
    silent: true,
    cell: (run) =>
      may("planner") && run.series > 0 && run.id !== live?.id && <Promote run={run} live={live} />,
  },
];

export function Runs({ found }: { found: Found }) {
  const runs = found.data?.items ?? [];
  return (
    <ListCard
      title="Runs"
      label="Runs"
      one="run"
      columns={columnsFor(liveOf(runs))}
      rows={rowsOf(found, (page) => page.items)}
      rowKey={(run) => run.id}
      empty={<Empty title="Nothing was trained yet">Start a training once sales are there.</Empty>}
      actions={may("planner") && runs.length > 1 && <RollBack live={liveOf(runs)} />}
    />
  );
}

/** Going live is for everybody at once, so it is said what changes before it is done. */
function Promote({ run, live }: { run: Run; live: Run | undefined }) {
  return (
    <ConfirmButton
      label="Make live"
      name={`Make live: run ${run.version}`}
      title={`Make run ${run.version} live`}
      does="Make live"
      send={() =>
        data(api.POST("/api/forecast/runs/{run_id}/promote", { params: { path: { run_id: run.id } } }))
      }
      stale={EVERYTHING}
      said={() => `Run ${run.version} is live.`}
    >
      <p>
        Everybody then sees the {count(run.series)} forecasts made as of {day(run.as_of)}
        {live && `, in place of those of run ${live.version}, as of ${day(live.as_of)}`}. Overrides stay in
        force. Orders are decided from them too. Rolling back is one press.
      </p>
      {live && wape(run) !== null && wape(live) !== null && (
        <p className="pt-2">
          Error on weeks they had not seen: {percent(wape(run))}, the live run's {percent(wape(live))}.
        </p>
      )}
    </ConfirmButton>
  );
}

/** Back to the run that was live before. */
function RollBack({ live }: { live: Run | undefined }) {
  return (
    <ConfirmButton
      label="Roll back"
      title="Roll back"
      does="Roll back"
      send={() => data(api.POST("/api/forecast/rollback"))}
      stale={EVERYTHING}
      said={(run: Run) => `Run ${run.version} is live again.`}
    >
      {live &&
        `The ${count(live.series)} forecasts of run ${live.version}, as of ${day(live.as_of)}, give way to those of the run that was live before it. `}
      Orders are decided from those again.
    </ConfirmButton>
  );
}
