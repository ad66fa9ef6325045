import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Badge, Empty } from "@/components/ui/states";
import { ago, count, words } from "@/lib/format";
import { type Import, running, tone } from "./status";

const columnsFor = (onOpen: (id: string) => void): readonly Column<Import>[] => [
  {
    id: "file",
    label: "File",
    width: 200,
    text: (item) => item.name,
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
    label: "Status",
    width: 110,
    text: (item) => item.status,
    cell: (item) => <Badge tone={tone(item.status)}>{words(item.status)}</Badge>,
  },
  {
    id: "recorded",
    label: "Recorded",
    width: 100,
    align: "right",
    text: (item) => item.recorded,
    cell: (item) => count(item.recorded),
  },
  {
    id: "rejected",
    label: "Rejected",
    width: 90,
    align: "right",
    text: (item) => item.rejected,
    cell: (item) => count(item.rejected),
  },
  {
    id: "by",
    label: "By",
    width: 100,
    from: "md",
    text: (item) => item.created_by,
    cell: (item) => item.created_by,
  },
  {
    id: "started",
    label: "Started",
    width: 110,
    from: "md",
    text: (item) => item.created_at,
    cell: (item) => <span className="whitespace-nowrap">{ago(item.created_at)}</span>,
  },
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
      title="All imports"
      label="All imports"
      one="import"
      columns={columnsFor(onOpen)}
      rows={rows}
      rowKey={(item) => item.id}
      onOpen={(item) => onOpen(item.id)}
      empty={
        <Empty title="Nothing was imported yet">
          Choose a file with one sale a line: product, quantity, day.
        </Empty>
      }
    />
  );
}
