import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { raw, type Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Problem } from "@/components/ui/Problem";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { count } from "@/lib/format";
import { may } from "@/lib/session";
import { Drop } from "./Drop";
import { Opened } from "./Opened";
import { Past } from "./Past";
import { PreviewCard } from "./Preview";

type Preview = Schemas["Preview"];

const HEAD_BYTES = 2 * 1024 * 1024;

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
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<Record<string, string> | null>(null);
  const query = columns ? `?mapping=${encodeURIComponent(mappingText(columns))}` : "";

  const preview = useQuery({
    queryKey: ["imports", "preview", file?.name, file?.size, file?.lastModified, query],
    queryFn: async (): Promise<Preview> => {
      // The first megabytes of a CSV are enough; a Parquet file has its index at the end.
      const body = file?.name.endsWith(".parquet") ? file : file?.slice(0, HEAD_BYTES);
      return (await raw(`/api/imports/preview${query}`, { method: "POST", body: body ?? null })).json();
    },
    enabled: file !== null,
    retry: false,
    placeholderData: (before) => (columns ? before : undefined),
  });
  const start = useAct({
    send: async () => {
      const name = encodeURIComponent(file?.name ?? "upload");
      const response = await raw(`/api/imports${query ? `${query}&` : "?"}name=${name}`, {
        method: "POST",
        body: file,
      });
      return (await response.json()) as Schemas["ImportStarted"];
    },
    stale: ["imports"],
    onDone: (started) => {
      setFile(null);
      setColumns(null);
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
      <PageHead text="Bring in sales from a file. Every line ends recorded, or rejected with a reason." />
      <div className="grid gap-4 [&>*]:min-w-0">
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
            <div className="px-4 empty:hidden [&>*]:my-3">
              <Problem error={start.error} />
            </div>
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
