import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, download } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, ErrorCard, Progress, SkeletonRows, Table } from "@/components/ui/states";
import { ago, count, duration, plural, words } from "@/lib/format";
import { may } from "@/lib/session";
import { type Import, running, tone } from "./status";

export function Opened({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const found = useQuery({
    queryKey: keys.importOne(id),
    queryFn: () => data(api.GET("/api/imports/{import_id}", { params: { path: { import_id: id } } })),
    refetchInterval: (query) => (query.state.data && !running(query.state.data.status) ? false : 1000),
  });
  const cancel = useMutation({
    mutationFn: () =>
      data(api.POST("/api/imports/{import_id}/cancel", { params: { path: { import_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.imports }),
  });
  if (found.isError)
    return (
      <Card>
        <ErrorCard title="The import" error={found.error} onRetry={() => void found.refetch()} />
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
    ["Recorded", job.recorded],
    ["Already there", job.duplicates],
    ["Waiting for their product", job.quarantined],
    ["Rejected", job.rejected],
  ];
  return (
    <Card>
      <CardHead title={job.name} note={<Badge tone={tone(job.status)}>{words(job.status)}</Badge>}>
        {running(job.status) && may("planner") && (
          <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
        )}
        <Button onClick={onClose}>Close</Button>
      </CardHead>
      <div className="flex flex-col gap-3 p-4">
        <Progress label={`Import of ${job.name}`} done={job.done} total={job.total} />
        <p className="flex flex-wrap justify-between gap-x-4 text-ink-2">
          <span>
            {count(job.done)} of {job.total === null ? "an unknown number of" : count(job.total)} lines
            {job.rate ? `, ${count(job.rate)} a second` : ""}
          </span>
          <span>
            {running(job.status)
              ? job.seconds_left !== null
                ? `about ${duration(job.seconds_left)} left`
                : words(job.stage ?? "waiting")
              : `finished ${ago(job.finished_at)}`}
          </span>
        </p>
        {job.message && <p className={job.status === "failed" ? "text-bad" : "text-ink-2"}>{job.message}</p>}
        <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {figures.map(([label, value]) => (
            <div key={label}>
              <dt className="text-sec text-ink-2">{label}</dt>
              <dd className="text-kpi font-semibold">{count(value)}</dd>
            </div>
          ))}
        </dl>
        {job.warnings.map((warning) => (
          <p key={warning} className="rounded-md bg-warn-soft px-3 py-2 text-warn">
            {warning}
          </p>
        ))}
      </div>
      {job.rejected > 0 && <Rejected job={job} />}
    </Card>
  );
}

function Rejected({ job }: { job: Import }) {
  const lines = useQuery({
    queryKey: [...keys.importErrors(job.id), job.rejected],
    queryFn: () =>
      data(
        api.GET("/api/imports/{import_id}/errors", {
          params: { path: { import_id: job.id }, query: { limit: 100 } },
        }),
      ),
  });
  const save = useMutation({
    mutationFn: () => download(`/api/imports/${job.id}/errors.csv`, `${job.name}-errors.csv`),
  });
  const reasons = Object.entries(job.reasons).sort(([, a], [, b]) => b - a);
  return (
    <div className="border-t border-line">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <h3 className="font-medium">{plural(job.rejected, "rejected line")}</h3>
        {reasons.map(([code, times]) => (
          <Badge key={code}>{`${words(code)} ${count(times)}`}</Badge>
        ))}
        <Button className="ml-auto" disabled={save.isPending} onClick={() => save.mutate()}>
          Download all {count(job.rejected)} as CSV
        </Button>
        {save.error && (
          <p role="alert" className="text-bad">
            {asApiError(save.error).message}
          </p>
        )}
      </div>
      {lines.data && (
        <Table
          label="Rejected lines"
          head={
            <tr>
              <th scope="col" className="text-right">
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">Reason</th>
              <th scope="col">Content</th>
            </tr>
          }
        >
          {lines.data.items.map((line) => (
            <tr key={line.line}>
              <td className="text-right">{line.line}</td>
              <td>{line.column}</td>
              <td className="text-bad">{line.message}</td>
              <td className="max-w-[420px] truncate text-sec text-ink-2">{line.content}</td>
            </tr>
          ))}
        </Table>
      )}
      {lines.data?.next_cursor && (
        <p className="px-4 py-2 text-sec text-ink-3">The first 100; the CSV has all of them.</p>
      )}
    </div>
  );
}
