import type { Column } from "@/components/table/columns";
import { textColumn } from "@/components/table/textColumn";
import { day, percent, words } from "@/lib/format";
import { type CalendarEvent, type Promotion, reachOf } from "./planned";

const days: readonly Column<{ starts: string; ends: string }>[] = [
  {
    id: "starts",
    label: "First day",
    width: 100,
    text: (row) => row.starts,
    cell: (row) => day(row.starts),
  },
  { id: "ends", label: "Last day", width: 100, text: (row) => row.ends, cell: (row) => day(row.ends) },
];

function name<Row extends Promotion | CalendarEvent>(label: string, onOpen: (row: Row) => void): Column<Row> {
  return {
    id: "name",
    label,
    width: 220,
    text: (row) => row.name,
    cell: (row) => (
      <button
        type="button"
        className="block max-w-full truncate text-left font-medium underline-offset-2 hover:underline"
        onClick={() => onOpen(row)}
      >
        {row.name}
      </button>
    ),
  };
}

export const promotionColumns = (onOpen: (row: Promotion) => void): readonly Column<Promotion>[] => [
  name("Promotion", onOpen),
  ...days,
  {
    id: "discount",
    label: "Discount",
    width: 90,
    align: "right",
    from: "sm",
    text: (row) => row.discount,
    cell: (row) => (row.discount == null ? <span className="text-ink-3">–</span> : percent(row.discount)),
  },
  textColumn<Promotion>("reach", "For", (row) => reachOf({ ...row, what: "promotion" }), {
    width: 220,
    from: "md",
  }),
];

export const eventColumns = (onOpen: (row: CalendarEvent) => void): readonly Column<CalendarEvent>[] => [
  name("Event", onOpen),
  ...days,
  textColumn<CalendarEvent>("kind", "Kind", (row) => words(row.kind), { width: 130, from: "sm" }),
  textColumn<CalendarEvent>("where", "Where", (row) => row.locations.join(", ") || "everywhere", {
    width: 160,
    from: "md",
  }),
];
