import { Link } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Badge, Empty } from "@/components/ui/states";
import { ago, words } from "@/lib/format";
import { waitsFor } from "./logic";

type Waits = Schemas["WaitingSale"];
type Refused = Schemas["RejectedSale"];

const origin = <Row extends Waits | Refused>(): Column<Row> => ({
  id: "source",
  label: "Source",
  width: 180,
  from: "sm",
  text: (item) => `${item.source} ${item.event_id}`,
  cell: (item) => (
    <>
      <span className="block truncate">{item.source}</span>
      <span className="block truncate text-meta text-ink-3">{item.event_id}</span>
    </>
  ),
});

const WAITING: readonly Column<Waits>[] = [
  {
    id: "product",
    label: "Product code",
    width: 140,
    text: (item) => item.sku,
    cell: (item) => (
      <>
        <span className="block truncate font-medium">{item.sku ?? "None"}</span>
        <span className="block truncate text-meta text-ink-3">{item.location}</span>
      </>
    ),
  },
  {
    id: "for",
    label: "Waits for",
    width: 130,
    text: (item) => item.waiting_for,
    cell: (item) => (
      <>
        <Badge tone="warn">{waitsFor(item.waiting_for).what}</Badge>
        <span className="block truncate pt-0.5 text-meta text-ink-3">{waitsFor(item.waiting_for).which}</span>
      </>
    ),
  },
  origin(),
  { id: "since", label: "Since", width: 110, text: (item) => item.since, cell: (item) => ago(item.since) },
];

/** Sales whose product, location or original is not known yet; they are recorded by themselves once it is. */
export function Waiting() {
  return (
    <ListCard
      title="Waiting"
      note="recorded by themselves once what they wait for is there"
      label="Waiting sales"
      one="sale"
      fill
      columns={WAITING}
      rows={usePages("/api/sales/quarantine", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={<Empty title="No sale waits">Every sale has its product and its location.</Empty>}
    />
  );
}

const REJECTED: readonly Column<Refused>[] = [
  {
    id: "reason",
    label: "Reason",
    width: 240,
    text: (item) => `${item.code}: ${item.field ? `${item.field} ` : ""}${item.message}`,
    cell: (item) => (
      <>
        <span className="text-bad">{`${item.field ? `${words(item.field)} ` : ""}${item.message}`}</span>
        <span className="block text-meta text-ink-3">{words(item.code)}</span>
      </>
    ),
  },
  {
    id: "submitted",
    label: "What was sent",
    width: 260,
    from: "md",
    text: (item) => JSON.stringify(item.submitted),
    cell: (item) => (
      <span className="block truncate text-sec text-ink-2" title={JSON.stringify(item.submitted)}>
        {Object.values(item.submitted)
          .filter((value) => value !== null && value !== "")
          .join(" · ")}
      </span>
    ),
  },
  origin(),
  {
    id: "line",
    label: "File line",
    width: 90,
    align: "right",
    from: "sm",
    text: (item) => item.line,
    cell: (item) =>
      item.import_id ? (
        <Link to="/imports" search={{ id: item.import_id }} className="text-accent underline">
          {item.line ?? "file"}
        </Link>
      ) : (
        ""
      ),
  },
  {
    id: "at",
    label: "Rejected",
    width: 110,
    text: (item) => item.rejected_at,
    cell: (item) => ago(item.rejected_at),
  },
];

/** What was refused, with the reason, newest first. */
export function Rejected() {
  return (
    <ListCard
      title="Rejected"
      note="newest first"
      label="Rejected sales"
      one="line"
      fill
      columns={REJECTED}
      rows={usePages("/api/sales/rejected", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={<Empty title="Nothing was rejected">Every line that was sent could be recorded.</Empty>}
    />
  );
}
