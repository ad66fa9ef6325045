import { useState } from "react";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Badge, Empty } from "@/components/ui/states";
import { count, words } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Drop } from "./Drop";
import { KINDS, type ShopKind } from "./kinds";
import { ShopFile } from "./ShopFile";
import { ShopOpened } from "./ShopOpened";
import { running, tone } from "./status";
import { STARTED } from "./told";

interface Props {
  kind: ShopKind;
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
}

/** Files of what a shop has but its sales: looked at before they count, undone as a whole. */
export function ShopImports({ kind, open, onOpen }: Props) {
  const [file, setFile] = useState<File | null>(null);
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      {may("planner") && !file && <Drop kind={kind} onFile={(chosen) => setFile(chosen ?? null)} />}
      {file && (
        <ShopFile
          key={`${file.name} ${file.lastModified}`}
          kind={kind}
          file={file}
          onAnother={() => setFile(null)}
          onStarted={(id) => {
            setFile(null);
            onOpen(id);
          }}
        />
      )}
      {open && <ShopOpened key={open} id={open} onClose={() => onOpen(undefined)} />}
      <Past kind={kind} onOpen={onOpen} />
    </div>
  );
}

type Import = Schemas["ShopImportOut"];

const COLUMNS: readonly Column<Import>[] = [
  {
    id: "file",
    label: t("File"),
    width: 200,
    file: "name",
    cell: (item) => <span className="block truncate font-medium">{item.name}</span>,
  },
  {
    id: "status",
    label: t("Status"),
    width: 110,
    file: { Status: "status", Undone: "undone" },
    cell: (item) =>
      item.undone ? (
        <Badge>{t("Undone")}</Badge>
      ) : (
        <Badge tone={tone(item.status)}>{words(item.status)}</Badge>
      ),
  },
  figure("created", t("New")),
  figure("changed", t("Changed")),
  figure("refused", t("Refused")),
  ...STARTED,
];

function figure(name: "created" | "changed" | "refused", label: string): Column<Import> {
  return {
    id: name,
    label,
    width: 90,
    align: "right",
    file: name,
    cell: (item) => count(item[name]),
  };
}

function Past({ kind, onOpen }: { kind: ShopKind; onOpen: (id: string) => void }) {
  const { of, line } = KINDS[kind];
  return (
    <ListCard
      title={t("Imports of {0}", of)}
      label={t("Imports of {0}", of)}
      name="shop imports"
      one="import"
      columns={COLUMNS}
      rows={usePages(
        "/api/shop-imports",
        { query: { kind, limit: 50 } },
        { again: (items) => (items.some((item) => running(item.status)) ? 3000 : false) },
      )}
      rowKey={(item) => item.id}
      onOpen={(item) => onOpen(item.id)}
      empty={
        <Empty title={t("Nothing was imported yet")}>{t("Choose a file; each line says {0}.", line)}</Empty>
      }
    />
  );
}
