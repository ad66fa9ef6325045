import { type ReactNode, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ReleaseIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { ago, count, day, duration, percent, words } from "@/lib/format";
import { heard, wordsOf } from "@/lib/heard";
import { liveOf } from "@/lib/runs";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Run = Schemas["RunOut"];
type Found = Parameters<typeof rowsOf<Schemas["Page_RunOut_"], Run>>[0];

const TONES: Record<string, Tone> = { succeeded: "good", failed: "bad", "not-promoted": "warn" };
const EVERYTHING = ["*"] as const;

const methodsOf = (run: Run) =>
  Object.entries(run.methods)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, times]) => `${wordsOf(name)} ${count(times)}`)
    .join(", ");
const wape = (run: Run) => (typeof run.metrics.wape === "number" ? run.metrics.wape : null);

const columnsFor = (live: Run | undefined): readonly Column<Run>[] => [
  { id: "run", label: t("Run"), width: 76, text: (run) => run.version, cell: (run) => run.version },
  {
    id: "status",
    label: t("Status"),
    width: 140,
    text: (run) => (run.id === live?.id ? t("live") : run.status),
    cell: (run) => (
      <>
        {run.id === live?.id ? (
          <Badge tone="info">{t("Live")}</Badge>
        ) : (
          <Badge tone={TONES[run.status] ?? "plain"}>{words(run.status)}</Badge>
        )}
        {run.error && <p className="pt-1 text-sec text-bad">{heard(run.error)}</p>}
        {run.published_for && (
          <p className="line-clamp-2 pt-1 text-meta text-ink-3" title={run.published_for}>
            {t("“{0}”, {1}", run.published_for, run.published_by)}
          </p>
        )}
      </>
    ),
  },
  { id: "as_of", label: t("As of"), width: 96, text: (run) => run.as_of, cell: (run) => day(run.as_of) },
  {
    id: "series",
    label: t("Forecasts"),
    width: 90,
    align: "right",
    from: "sm",
    text: (run) => run.series,
    cell: (run) => count(run.series),
  },
  {
    id: "wape",
    label: t("Backtest error"),
    width: 138,
    align: "right",
    from: "md",
    text: wape,
    cell: (run) => percent(wape(run)),
  },
  {
    id: "methods",
    label: t("Methods chosen"),
    width: 130,
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
    label: t("Took"),
    width: 76,
    align: "right",
    from: "md",
    text: (run) => run.seconds,
    cell: (run) => (run.seconds === null ? "" : duration(run.seconds)),
  },
  {
    id: "asked",
    label: t("Asked for"),
    width: 130,
    from: "md",
    text: (run) => run.requested_at,
    cell: (run) => t("{0} by {1}", ago(run.requested_at), run.requested_by),
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 138,
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
      title={t("Runs")}
      label={t("Runs")}
      one="run"
      columns={columnsFor(liveOf(runs))}
      rows={rowsOf(found, (page) => page.items)}
      rowKey={(run) => run.id}
      empty={
        <Empty title={t("Nothing was trained yet")}>{t("Start a training once sales are there.")}</Empty>
      }
      actions={may("planner") && <RollBack live={liveOf(runs)} before={runs.find((run) => run.before)} />}
    />
  );
}

interface ReleaseProps {
  label: string;
  name?: string;
  title: string;
  send: (why: { reason?: string | null }) => Promise<Run>;
  said: (run: Run) => string;
  children: ReactNode;
}

/** Which run is live is for everybody at once, so it is said what changes, and asked why, before it is done. */
function Release({ label, name, title, send, said, children }: ReleaseProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button aria-label={name} onClick={() => setAsking(true)}>
        {label}
      </Button>
      {asking && (
        <ReleaseDialog {...{ label, title, send, said }} onClose={() => setAsking(false)}>
          {children}
        </ReleaseDialog>
      )}
    </>
  );
}

function ReleaseDialog({
  label,
  title,
  send,
  said,
  onClose,
  children,
}: ReleaseProps & { onClose: () => void }) {
  const form = useForm({
    fields: ReleaseIn,
    start: { reason: "" },
    send,
    stale: EVERYTHING,
    said,
    onDone: onClose,
  });
  return (
    <Dialog title={title} onClose={onClose}>
      <Form form={form} does={label} onCancel={onClose} ready={form.typed.reason.trim() !== ""} deliberate>
        <div className="text-ink-2">{children}</div>
        <TextField
          label={t("Why")}
          hint={t("The run and the audit trail say it.")}
          {...form.field("reason")}
        />
      </Form>
    </Dialog>
  );
}

function Promote({ run, live }: { run: Run; live: Run | undefined }) {
  return (
    <Release
      label={t("Make live")}
      name={t("Make live: run {0}", run.version)}
      title={t("Make run {0} live", run.version)}
      send={(body) =>
        data(api.POST("/api/forecast/runs/{run_id}/promote", { params: { path: { run_id: run.id } }, body }))
      }
      said={() => t("Run {0} is live.", run.version)}
    >
      <p>
        {live
          ? t(
              "Everybody then sees the {0} {0:forecast/forecasts} made as of {1}, in place of those of run {2}, as of {3}. Overrides stay in force. Orders are decided from them too. Rolling back is one press.",
              count(run.series),
              day(run.as_of),
              live.version,
              day(live.as_of),
            )
          : t(
              "Everybody then sees the {0} {0:forecast/forecasts} made as of {1}. Overrides stay in force. Orders are decided from them too. Rolling back is one press.",
              count(run.series),
              day(run.as_of),
            )}
      </p>
      {live && wape(run) !== null && wape(live) !== null && (
        <p className="pt-2">
          {t(
            "Error on weeks they had not seen: {0}, the live run's {1}.",
            percent(wape(run)),
            percent(wape(live)),
          )}
        </p>
      )}
    </Release>
  );
}

/** Back to the run that was live before; nothing where there is none. */
function RollBack({ live, before }: { live: Run | undefined; before: Run | undefined }) {
  if (!live || !before) return null;
  return (
    <Release
      label={t("Roll back")}
      title={t("Roll back to run {0}", before.version)}
      send={(why) => data(api.POST("/api/forecast/rollback", { body: { ...why, to: before.id } }))}
      said={(run) => t("Run {0} is live again.", run.version)}
    >
      {t(
        "The {0} {0:forecast/forecasts} of run {1}, as of {2}, {0:gives/give} way to the {3} of run {4}, as of {5}, which was live before it.",
        count(live.series),
        live.version,
        day(live.as_of),
        count(before.series),
        before.version,
        day(before.as_of),
      )}{" "}
      {t("Orders are decided from those again.")}
    </Release>
  );
}
