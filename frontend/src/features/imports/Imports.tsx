import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { raw, type Schemas } from "@/api/client";
import { Button, Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Problem } from "@/components/ui/Problem";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { count } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Drop } from "./Drop";
import { inTurn } from "./inTurn";
import { type FileKind, KIND_NAMES, KINDS } from "./kinds";
import { Opened } from "./Opened";
import { Past } from "./Past";
import { PreviewCard } from "./Preview";
import { AS_FOUND, mappingText, type Reading } from "./reading";
import { ShopImports } from "./ShopImports";

type Preview = Schemas["Preview"];

export interface Search {
  kind?: FileKind | undefined;
  id?: string | undefined;
}

interface Props {
  search: Search;
  onSearch: (search: Search) => void;
}

const CHOICE = KIND_NAMES.map((value) => ({ value, label: KINDS[value].label }));

/** What comes from files, of every kind. */
export function Imports({ search, onSearch }: Props) {
  const { kind = "sales", id } = search;
  const onOpen = (opened: string | undefined) => onSearch({ ...search, id: opened });
  return (
    <>
      <PageHead
        text={t("Bring in what you have in files. You see what each line becomes before anything is stored.")}
      />
      <div className="flex overflow-x-auto pb-4">
        <Segmented
          label={t("What the file holds")}
          value={kind}
          options={CHOICE}
          onChange={(next) => onSearch({ kind: next === "sales" ? undefined : next })}
        />
      </div>
      {kind === "sales" ? (
        <SalesImports open={id} onOpen={onOpen} />
      ) : (
        <ShopImports key={kind} kind={kind} open={id} onOpen={onOpen} />
      )}
    </>
  );
}

function SalesImports({
  open,
  onOpen,
}: {
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [reading, setReading] = useState<Reading>(AS_FOUND);
  const mapping = mappingText(reading);
  const query = mapping ? `?mapping=${encodeURIComponent(mapping)}` : "";

  const preview = useQuery({
    queryKey: ["imports", "preview", file?.name, file?.size, file?.lastModified, query],
    // The whole file: every rule is run on every line, so that what is counted here is what will be recorded.
    queryFn: ({ signal }) =>
      inTurn(
        signal,
        async (): Promise<Preview> =>
          (await raw(`/api/imports/preview${query}`, { method: "POST", body: file })).json(),
      ),
    enabled: file !== null,
    retry: false,
    placeholderData: (before) => (mapping ? before : undefined),
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
      setReading(AS_FOUND);
      onOpen(started.id);
    },
  });
  const asked = preview.data;
  const ready =
    asked && !preview.isPlaceholderData && asked.missing.length === 0 && (asked.questions ?? []).length === 0;
  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    start.reset();
    setReading(AS_FOUND);
    setFile(chosen);
  };

  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      {may("planner") && !file && <Drop kind="sales" onFile={choose} />}
      {file && (
        <Card>
          <CardHead title={file.name} note={t("{0} kB", count(Math.ceil(file.size / 1024)))}>
            <Button onClick={() => setFile(null)}>{t("Choose another file")}</Button>
            <Button look="primary" disabled={!ready || start.isPending} onClick={() => start.mutate()}>
              {start.isPending ? t("Uploading") : t("Import all valid lines")}
            </Button>
          </CardHead>
          <div className="px-4 empty:hidden [&>*]:my-3">
            <Problem error={start.error} />
          </div>
          {preview.isError ? (
            <ErrorCard
              title={t("The preview")}
              error={preview.error}
              onRetry={() => void preview.refetch()}
            />
          ) : preview.data ? (
            <PreviewCard
              preview={preview.data}
              again={preview.isPlaceholderData}
              reading={reading}
              onReading={setReading}
            />
          ) : (
            <SkeletonRows rows={5} height={36} />
          )}
        </Card>
      )}
      {open && <Opened id={open} onClose={() => onOpen(undefined)} />}
      <Past onOpen={onOpen} />
    </div>
  );
}
