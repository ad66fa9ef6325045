import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { runsQuery } from "@/api/queries";
import { Button, TextField } from "@/components/ui/controls";
import { Card, CardHead, Empty, ErrorCard, PageHead, Progress, SkeletonRows } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { count, duration, words } from "@/lib/format";
import { may } from "@/lib/session";
import { useTraining } from "@/lib/stream";
import { Compare } from "./Compare";
import { RollBack, Runs } from "./Runs";

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
      <PageHead
        title="Training"
        text="Each run chooses a method for every product on weeks it had not seen."
      />
      <div className="grid gap-4 [&>*]:min-w-0">
        {may("planner") && <Start />}
        {current.map((run) => (
          <Running key={run.id} run={run} />
        ))}
        <Card>
          <CardHead title="Runs">
            {may("planner") && (runs.data?.items.length ?? 0) > 1 && <RollBack />}
          </CardHead>
          {runs.isError ? (
            <ErrorCard title="The runs" error={runs.error} onRetry={() => void runs.refetch()} />
          ) : runs.isPending ? (
            <SkeletonRows rows={4} />
          ) : runs.data.items.length === 0 ? (
            <Empty title="Nothing was trained yet">Start a training once sales are there.</Empty>
          ) : (
            <Runs runs={runs.data.items} />
          )}
        </Card>
        {runs.data && <Compare key={runs.data.items[0]?.id} runs={runs.data.items} />}
      </div>
    </>
  );
}

function Start() {
  const client = useQueryClient();
  const [asOf, setAsOf] = useState("");
  const start = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/forecast/train", {
          body: asOf ? { as_of: asOf, cause: "manual" } : { cause: "manual" },
        }),
      ),
    onSuccess: () => {
      toast("The training was started.");
      void client.invalidateQueries({ queryKey: keys.runs });
    },
  });
  const error = start.error ? asApiError(start.error) : null;
  return (
    <Card className="p-4">
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <div className="w-64">
          <TextField
            label="As if this day had just ended (optional, YYYY-MM-DD)"
            placeholder="Yesterday"
            pattern="\d{4}-\d{2}-\d{2}"
            value={asOf}
            onChange={(event) => setAsOf(event.target.value)}
          />
        </div>
        <Button look="primary" type="submit" disabled={start.isPending}>
          Train now
        </Button>
        {error && (
          <p role="alert" className="text-bad">
            {error.message}
          </p>
        )}
      </form>
    </Card>
  );
}

function Running({ run }: { run: Run }) {
  const client = useQueryClient();
  const live = useTraining()[run.id];
  const done = Math.max(run.done, live?.done ?? 0);
  const total = live?.total ?? run.total;
  const left = live?.seconds_left ?? run.seconds_left;
  const cancel = useMutation({
    mutationFn: () =>
      data(api.POST("/api/forecast/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.runs }),
  });
  return (
    <Card>
      <CardHead title={`Run ${run.version}`} note={words(live?.stage ?? run.stage ?? run.status)}>
        {may("planner") && (
          <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
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
