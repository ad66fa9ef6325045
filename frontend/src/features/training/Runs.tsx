import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Button } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { Badge, Table, type Tone } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago, count, day, duration, percent, words } from "@/lib/format";
import { liveOf } from "@/lib/runs";
import { may } from "@/lib/session";

type Run = Schemas["RunOut"];
const tone = (status: string): Tone =>
  status === "succeeded"
    ? "good"
    : status === "failed"
      ? "bad"
      : status === "not-promoted"
        ? "warn"
        : "plain";

export function Runs({ runs }: { runs: Run[] }) {
  const [promoting, setPromoting] = useState<Run | null>(null);
  const live = liveOf(runs);
  return (
    <>
      <Table
        label="Runs"
        head={
          <tr>
            <th scope="col" className="text-right">
              Run
            </th>
            <th scope="col">Status</th>
            <th scope="col">As of</th>
            <th scope="col" className="text-right">
              Forecasts
            </th>
            <th scope="col" className="text-right">
              Backtest error
            </th>
            <th scope="col">Methods chosen</th>
            <th scope="col" className="text-right">
              Took
            </th>
            <th scope="col">Asked for</th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        }
      >
        {runs.map((run) => (
          <tr key={run.id}>
            <td className="text-right">{run.version}</td>
            <td>
              {run.id === live?.id ? (
                <Badge tone="info">Live</Badge>
              ) : (
                <Badge tone={tone(run.status)}>{words(run.status)}</Badge>
              )}
              {run.error && <p className="max-w-80 pt-1 text-sec text-bad">{run.error}</p>}
            </td>
            <td className="whitespace-nowrap">{day(run.as_of)}</td>
            <td className="text-right">{count(run.series)}</td>
            <td className="text-right">{percent(wape(run))}</td>
            <td className="min-w-40 text-ink-2">
              {Object.entries(run.methods)
                .sort(([, a], [, b]) => b - a)
                .slice(0, 3)
                .map(([name, times]) => `${words(name)} ${count(times)}`)
                .join(", ")}
            </td>
            <td className="text-right whitespace-nowrap">
              {run.seconds === null ? "" : duration(run.seconds)}
            </td>
            <td className="whitespace-nowrap">{`${ago(run.requested_at)} by ${run.requested_by}`}</td>
            <td className="text-right">
              {may("planner") && run.series > 0 && run.id !== live?.id && (
                <Button onClick={() => setPromoting(run)}>Make live</Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {promoting && <Promote run={promoting} live={live} onClose={() => setPromoting(null)} />}
    </>
  );
}

const wape = (run: Run) => (typeof run.metrics.wape === "number" ? run.metrics.wape : null);

/** Going live is for everybody at once, so it is said what changes before it is done. */
function Promote({ run, live, onClose }: { run: Run; live: Run | undefined; onClose: () => void }) {
  const client = useQueryClient();
  const promote = useMutation({
    mutationFn: () =>
      data(api.POST("/api/forecast/runs/{run_id}/promote", { params: { path: { run_id: run.id } } })),
    onSuccess: () => {
      toast(`Run ${run.version} is live.`);
      void client.invalidateQueries();
      onClose();
    },
  });
  return (
    <Dialog title={`Make run ${run.version} live`} onClose={onClose}>
      <p className="text-ink-2">
        Everybody then sees the {count(run.series)} forecasts made as of {day(run.as_of)}
        {live && `, in place of those of run ${live.version}, as of ${day(live.as_of)}`}. Overrides stay in
        force. Orders are decided from them too. Rolling back is one press.
      </p>
      {live && wape(run) !== null && wape(live) !== null && (
        <p className="pt-2 text-ink-2">
          Error on weeks they had not seen: {percent(wape(run))}, the live run's {percent(wape(live))}.
        </p>
      )}
      <div className="flex flex-col gap-3 pt-4">
        <Problem error={promote.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={promote.isPending} onClick={() => promote.mutate()}>
            {promote.isPending ? "Making live" : "Make live"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Back to the run that was live before. */
export function RollBack() {
  const client = useQueryClient();
  const back = useMutation({
    mutationFn: () => data(api.POST("/api/forecast/rollback")),
    onSuccess: (run) => {
      toast(`Run ${run.version} is live again.`);
      void client.invalidateQueries();
    },
    onError: (error) => toast(`Not rolled back: ${asApiError(error).message}`),
  });
  return (
    <Button disabled={back.isPending} onClick={() => back.mutate()}>
      Roll back
    </Button>
  );
}
