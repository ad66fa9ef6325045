import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { TrainIn } from "@/api/forms.gen";
import { runsQuery } from "@/api/queries";
import { query, untilAnswered } from "@/api/query";
import { useForm } from "@/components/form/useForm";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { JobCard } from "@/components/ui/JobCard";
import { PageHead } from "@/components/ui/PageHead";
import { Problem } from "@/components/ui/Problem";
import { Card } from "@/components/ui/states";
import { count, instant, words } from "@/lib/format";
import { may } from "@/lib/session";
import { useTraining } from "@/lib/stream";
import { t } from "@/lib/texts";
import { Compare } from "./Compare";
import { Runs } from "./Runs";

type Run = Schemas["RunOut"];
const ENDED = ["succeeded", "failed", "cancelled", "not-promoted"];

export function Training() {
  const runs = useQuery({
    ...runsQuery,
    refetchInterval: (query) =>
      query.state.data?.items.some((run) => !ENDED.includes(run.status)) ? 2000 : untilAnswered(query),
  });
  const current = runs.data?.items.filter((run) => !ENDED.includes(run.status)) ?? [];
  return (
    <>
      <PageHead text={t("Each run chooses a method for every product on weeks it had not seen.")} />
      <div className="grid gap-4 [&>*]:min-w-0">
        {may("planner") && <Start />}
        {current.map((run) => (
          <Running key={run.id} run={run} />
        ))}
        <Runs found={runs} />
        {runs.data && <Compare key={runs.data.items[0]?.id} runs={runs.data.items} />}
      </div>
    </>
  );
}

function Start() {
  const form = useForm({
    fields: { as_of: TrainIn.as_of },
    start: { as_of: "" },
    send: ({ as_of }) => data(api.POST("/api/forecast/train", { body: { as_of, cause: "manual" } })),
    stale: ["forecast/runs"],
    said: () => t("The training was started."),
  });
  return (
    <Card className="p-4">
      <form ref={form.element} noValidate className="flex flex-wrap items-end gap-3" onSubmit={form.submit}>
        <div className="w-64">
          <DayField
            label={t("As of the end of (optional)")}
            placeholder={t("Yesterday")}
            {...form.field("as_of")}
          />
        </div>
        <Button look="primary" type="submit" disabled={form.busy}>
          {t("Train now")}
        </Button>
        <Problem error={form.refused} />
        <Schedule />
      </form>
    </Card>
  );
}

function Running({ run }: { run: Run }) {
  const live = useTraining()[run.id];
  const done = Math.max(run.done, live?.done ?? 0);
  const total = live?.total ?? run.total;
  const left = live?.seconds_left ?? run.seconds_left;
  return (
    <JobCard
      title={t("Run {0}", run.version)}
      note={words(live?.stage ?? run.stage ?? run.status)}
      done={done}
      total={total}
      secondsLeft={left}
    >
      {may("planner") && (
        <ConfirmButton
          label={t("Cancel")}
          look="danger"
          title={t("Cancel run {0}", run.version)}
          does={t("Cancel the run")}
          send={() =>
            data(api.POST("/api/forecast/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } }))
          }
          stale={["forecast/runs"]}
        >
          {total
            ? t(
                "{0} of {1} {1:step/steps} would have to be done again. The live forecasts stay.",
                count(done),
                count(total),
              )
            : t("What was done so far would have to be done again. The live forecasts stay.")}
        </ConfirmButton>
      )}
    </JobCard>
  );
}

/** The weekly training that starts by itself: when it does, and what became of the last. */
function Schedule() {
  const { data: schedule } = useQuery(query("/api/forecast/schedule"));
  if (!schedule) return null;
  if (!schedule.enabled) return <p className="text-ink-2">{t("No training starts by itself here.")}</p>;
  const { last, next_at } = schedule;
  const next = next_at
    ? t("The next starts by itself {0}", instant(next_at))
    : t("The next starts by itself once sales are there");
  return (
    <p className="text-ink-2">
      {last
        ? t("{0}; the last that did was run {1}, {2}.", next, last.version, words(last.status).toLowerCase())
        : `${next}.`}
    </p>
  );
}
