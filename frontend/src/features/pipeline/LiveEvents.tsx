import { useState } from "react";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { here } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { Badge, Empty } from "@/components/ui/states";
import { clock, count, units, words } from "@/lib/format";
import { type SaleEvent, useSaleEvents } from "@/lib/stream";
import { t } from "@/lib/texts";

const COLUMNS: readonly Column<SaleEvent>[] = [
  {
    id: "time",
    label: t("Time"),
    width: 96,
    text: (event) => clock(event.at),
    cell: (event) => <span className="text-ink-3">{clock(event.at)}</span>,
  },
  { id: "product", label: t("Product"), width: 120, text: (event) => event.sku, cell: (event) => event.sku },
  {
    id: "location",
    label: t("Location"),
    width: 110,
    from: "sm",
    text: (event) => event.location,
    cell: (event) => event.location,
  },
  {
    id: "quantity",
    label: t("Quantity"),
    width: 84,
    align: "right",
    text: (event) => event.quantity,
    cell: (event) => units(event.quantity),
  },
  {
    id: "result",
    label: t("Result"),
    width: 96,
    text: (event) => (event.rejected ? t("rejected") : (event.kind ?? t("recorded"))),
    cell: (event) => (
      <Badge tone={event.rejected ? "bad" : "good"}>
        {event.rejected ? t("Rejected") : words(event.kind ?? "recorded")}
      </Badge>
    ),
  },
];

/** The newest sales; the ring that holds them keeps no more than it can show. */
export function LiveEvents() {
  const events = useSaleEvents();
  const [paused, setPaused] = useState<typeof events | null>(null);
  const list = paused ?? events;
  const more = list.reduce((sum, event) => sum + event.more, 0);
  return (
    <ListCard
      title={t("Sales as they arrive")}
      note={more > 0 ? t("newest first; {0} more were too fast to show", count(more)) : t("newest first")}
      label={t("Sales as they arrive")}
      one="sale"
      columns={COLUMNS}
      rows={here(list)}
      rowKey={(event) => event.id}
      empty={
        <Empty title={t("Nothing since you opened this page")}>
          {t("New sales show here within a second.")}
        </Empty>
      }
      actions={
        <Button aria-pressed={paused !== null} onClick={() => setPaused(paused ? null : events)}>
          {paused ? t("Go on") : t("Pause")}
        </Button>
      }
    />
  );
}
