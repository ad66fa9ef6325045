import type { Column } from "@/components/table/columns";
import { textColumn } from "@/components/table/textColumn";
import { day, percent, units, words } from "@/lib/format";
import { kindOf } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";
import { type CalendarEvent, type Promotion, reachOf } from "./planned";

const days: readonly Column<{ starts: string; ends: string }>[] = [
  {
    id: "starts",
    label: t("First day"),
    width: 100,
    file: "starts",
    cell: (row) => day(row.starts),
  },
  { id: "ends", label: t("Last day"), width: 100, file: "ends", cell: (row) => day(row.ends) },
];

function name<Row extends Promotion | CalendarEvent>(label: string, onOpen: (row: Row) => void): Column<Row> {
  return {
    id: "name",
    label,
    width: 220,
    file: "name",
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
  name(t("Promotion"), onOpen),
  ...days,
  {
    ...textColumn<Promotion>("kind", t("Kind"), (row) => kindOf(row) ?? "", { width: 120, from: "sm" }),
    file: "kind",
  },
  {
    id: "discount",
    label: t("Discount"),
    width: 90,
    align: "right",
    from: "sm",
    file: "discount",
    cell: (row) => (row.discount == null ? <span className="text-ink-3">–</span> : percent(row.discount)),
  },
  {
    id: "planned_quantity",
    label: t("Planned quantity"),
    width: 110,
    align: "right",
    from: "lg",
    file: "planned_quantity",
    cell: (row) =>
      row.planned_quantity == null ? <span className="text-ink-3">–</span> : units(row.planned_quantity),
  },
  {
    ...textColumn<Promotion>("reach", t("For"), (row) => reachOf({ ...row, what: "promotion" }), {
      width: 220,
      from: "md",
    }),
    file: { Products: "skus", Locations: "locations" },
  },
];

export const eventColumns = (onOpen: (row: CalendarEvent) => void): readonly Column<CalendarEvent>[] => [
  name(t("Event"), onOpen),
  ...days,
  {
    ...textColumn<CalendarEvent>("kind", t("Kind"), (row) => words(row.kind), { width: 130, from: "sm" }),
    file: "kind",
  },
  {
    ...textColumn<CalendarEvent>("where", t("Where"), (row) => row.locations.join(", ") || t("everywhere"), {
      width: 160,
      from: "md",
    }),
    file: "locations",
  },
];
