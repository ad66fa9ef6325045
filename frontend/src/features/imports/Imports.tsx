import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { api, data, download, raw, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button, buttonLook } from "@/components/ui/controls";
import {
  Badge,
  Card,
  CardHead,
  Empty,
  ErrorCard,
  PageHead,
  Progress,
  SkeletonRows,
  Table,
  type Tone,
} from "@/components/ui/states";
import { ago, count, duration, plural, words } from "@/lib/format";
import { may } from "@/lib/session";
import { PreviewCard } from "./Preview";

export type Import = Schemas["ImportOut"];
type Preview = Schemas["Preview"];

const HEAD_BYTES = 2 * 1024 * 1024;
const RUNNING = ["waiting", "running", "claimed"];
export const running = (status: string) => RUNNING.includes(status);
const tone = (status: string): Tone =>
  status === "succeeded" || status === "done"
    ? "good"
    : status === "failed"
      ? "bad"
      : running(status)
        ? "info"
        : "plain";

/** The mapping that was chosen, as the API takes it: only columns that have a target. */
export function mappingText(columns: Record<string, string>): string {
  return JSON.stringify({
    columns: Object.fromEntries(Object.entries(columns).filter(([, column]) => column)),
  });
}

export function Imports({
  open,
  onOpen,
}: {
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}) {
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<Record<string, string> | null>(null);
  const query = columns ? `?mapping=${encodeURIComponent(mappingText(columns))}` : "";

  const preview = useQuery({
    queryKey: ["import-preview", file?.name, file?.size, file?.lastModified, query],
    queryFn: async (): Promise<Preview> => {
      // The first megabytes of a CSV are enough; a Parquet file has its index at the end.
      const body = file?.name.endsWith(".parquet") ? file : file?.slice(0, HEAD_BYTES);
      return (await raw(`/api/imports/preview${query}`, { method: "POST", body: body ?? null })).json();
    },
    enabled: file !== null,
    retry: false,
    placeholderData: (before) => (columns ? before : undefined),
  });
  const start = useMutation({
    mutationFn: async () => {
      const name = encodeURIComponent(file?.name ?? "upload");
      const response = await raw(`/api/imports${query ? `${query}&` : "?"}name=${name}`, {
        method: "POST",
        body: file,
      });
      return (await response.json()) as Schemas["ImportStarted"];
    },
    onSuccess: (started) => {
      setFile(null);
      setColumns(null);
      void client.invalidateQueries({ queryKey: keys.imports });
      onOpen(started.id);
    },
  });
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    start.reset();
    setColumns(null);
    setFile(chosen);
  };

  return (
    <>
      <PageHead
        title="Imports"
        text="Bring in sales from a file. Every line ends recorded, or rejected with a reason."
      />
      <div className="grid gap-4">
        {may("planner") && !file && <Drop onFile={choose} />}
        {file && (
          <Card>
            <CardHead title={file.name} note={`${count(Math.ceil(file.size / 1024))} kB`}>
              <Button onClick={() => setFile(null)}>Choose another file</Button>
              <Button
                look="primary"
                disabled={!preview.data || preview.data.missing.length > 0 || start.isPending}
                onClick={() => start.mutate()}
              >
                {start.isPending ? "Uploading" : "Import all valid lines"}
              </Button>
            </CardHead>
            {start.error && (
              <p role="alert" className="m-4 rounded-md bg-bad-soft px-3 py-2 text-bad">
                {asApiError(start.error).message}
              </p>
            )}
            {preview.isError ? (
              <ErrorCard title="The preview" error={preview.error} onRetry={() => void preview.refetch()} />
            ) : preview.data ? (
              <PreviewCard preview={preview.data} onColumns={setColumns} />
            ) : (
              <SkeletonRows rows={5} height={36} />
            )}
          </Card>
        )}
        {open && <Opened id={open} onClose={() => onOpen(undefined)} />}
        <Past onOpen={onOpen} />
      </div>
    </>
  );
}

function Drop({ onFile }: { onFile: (file: File | undefined) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the field inside does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
      className={clsx(
        "flex flex-col items-center gap-3 rounded-[10px] border border-dashed px-4 py-8 text-center",
        over ? "border-accent bg-accent-soft" : "border-control bg-panel",
      )}
    >
      <FileUp size={22} aria-hidden className="text-ink-3" />
      <p className="text-ink-2">
        Drop a CSV or Parquet file here. You see how it is read before anything is stored.
      </p>
      <label
        className={clsx(
          buttonLook("primary"),
          "cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
        )}
      >
        Choose a file
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.txt,.parquet"
          className="sr-only"
          onChange={(event) => onFile(event.target.files?.[0])}
        />
      </label>
    </div>
  );
}

function Opened({ id, onClose }: { id: string; onClose: () => void }) {
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

function Past({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useQuery({
    queryKey: keys.imports,
    queryFn: () => data(api.GET("/api/imports", { params: { query: { limit: 50 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((item) => running(item.status)) ? 3000 : false),
  });
  return (
    <Card>
      <CardHead title="All imports" />
      {list.isError ? (
        <ErrorCard title="The imports" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={3} />
      ) : list.data.items.length === 0 ? (
        <Empty title="Nothing was imported yet">
          Choose a file with one sale a line: product, quantity, day.
        </Empty>
      ) : (
        <Table
          label="All imports"
          head={
            <tr>
              <th scope="col">File</th>
              <th scope="col">Status</th>
              <th scope="col" className="text-right">
                Recorded
              </th>
              <th scope="col" className="text-right">
                Rejected
              </th>
              <th scope="col">By</th>
              <th scope="col">Started</th>
            </tr>
          }
        >
          {list.data.items.map((item) => (
            <tr key={item.id}>
              <td>
                <button
                  type="button"
                  className="font-medium text-accent underline-offset-2 hover:underline"
                  onClick={() => onOpen(item.id)}
                >
                  {item.name}
                </button>
              </td>
              <td>
                <Badge tone={tone(item.status)}>{words(item.status)}</Badge>
              </td>
              <td className="text-right">{count(item.recorded)}</td>
              <td className="text-right">{count(item.rejected)}</td>
              <td>{item.created_by}</td>
              <td className="whitespace-nowrap">{ago(item.created_at)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
