import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { TrainIn } from "@/api/forms.gen";
import { runsQuery } from "@/api/queries";
import { useForm } from "@/components/form/useForm";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, TextField } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Problem } from "@/components/ui/Problem";
import { Card, CardHead, Progress } from "@/components/ui/states";
import { count, duration, words } from "@/lib/format";
import { may } from "@/lib/session";
import { useTraining } from "@/lib/stream";
import { Compare } from "./Compare";
import { Runs } from "./Runs";

type Run = Schemas["RunOut"];
const ENDED = ["succeeded", "failed", "cancelled", "not-promoted"];

export function Training() {
  const runs = useQuery({
    ...runsQuery,
    refetchInterval: (query) =>
      query.state.data?.items.some((run) => !ENDED.includes(run.status)) ? 2000 : false,
  });
  const current = runs.data?.items.filter((run) => !ENDED.includes(run.status)) ?? [];
  return (
    <>
      <PageHead text="Each run chooses a method for every product on weeks it had not seen." />
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
    said: () => "The training was started.",
  });
  return (
    <Card className="p-4">
      <form ref={form.element} noValidate className="flex flex-wrap items-end gap-3" onSubmit={form.submit}>
        <div className="w-64">
          <TextField
            label="As of the end of (optional)"
            placeholder="Yesterday, or YYYY-MM-DD"
            {...form.field("as_of")}
          />
        </div>
        <Button look="primary" type="submit" disabled={form.busy}>
          Train now
        </Button>
        <Problem error={form.refused} />
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
    <Card>
      <CardHead title={`Run ${run.version}`} note={words(live?.stage ?? run.stage ?? run.status)}>
        {may("planner") && (
          <ConfirmButton
            label="Cancel"
            look="danger"
            title={`Cancel run ${run.version}`}
            does="Cancel the run"
            send={() =>
              data(api.POST("/api/forecast/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } }))
            }
            stale={["forecast/runs"]}
          >
            {`${total ? `${count(done)} of ${count(total)} steps` : "What was done so far"} would have to be done again. The live forecasts stay.`}
          </ConfirmButton>
        )}
      </CardHead>
      <div className="flex flex-col gap-2 p-4">
        <Progress label={`Training run ${run.version}`} done={done} total={total || null} />
        <p className="flex justify-between text-ink-2">
          <span>{total ? `${count(done)} of ${count(total)}` : "Preparing"}</span>
          <span>{left !== null && left !== undefined ? `about ${duration(left)} left` : ""}</span>
        </p>
      </div>
    </Card>
  );
}
