import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Badge, Empty } from "@/components/ui/states";
import { count, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Import, running, tone } from "./status";
import { STARTED } from "./told";

const columnsFor = (onOpen: (id: string) => void): readonly Column<Import>[] => [
  {
    id: "file",
    label: t("File"),
    width: 200,
    file: "name",
    cell: (item) => (
      <button
        type="button"
        className="block max-w-full truncate font-medium text-accent underline-offset-2 hover:underline"
        onClick={() => onOpen(item.id)}
      >
        {item.name}
      </button>
    ),
  },
  {
    id: "status",
    label: t("Status"),
    width: 110,
    file: "status",
    cell: (item) => <Badge tone={tone(item.status)}>{words(item.status)}</Badge>,
  },
  {
    id: "recorded",
    label: t("Recorded"),
    width: 100,
    align: "right",
    file: "recorded",
    cell: (item) => count(item.recorded),
  },
  {
    id: "rejected",
    label: t("Rejected"),
    width: 90,
    align: "right",
    file: "rejected",
    cell: (item) => count(item.rejected),
  },
  ...STARTED,
];

export function Past({ onOpen }: { onOpen: (id: string) => void }) {
  const rows = usePages(
    "/api/imports",
    { query: { limit: 50 } },
    // The stream tells of sales, not of how far a file is read.
    { again: (items) => (items.some((item) => running(item.status)) ? 3000 : false) },
  );
  return (
    <ListCard
      title={t("All imports")}
      label={t("All imports")}
      one="import"
      columns={columnsFor(onOpen)}
      rows={rows}
      rowKey={(item) => item.id}
      onOpen={(item) => onOpen(item.id)}
      empty={
        <Empty title={t("Nothing was imported yet")}>
          {t("Choose a file with one sale a line: product, quantity, day.")}
        </Empty>
      }
    />
  );
}
