import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, Segmented } from "@/components/ui/controls";
import { Badge, Empty } from "@/components/ui/states";
import { ago, count, day, money, words } from "@/lib/format";
import { orderTone } from "./logic";
import type { Search } from "./search";

type Order = Schemas["OrderOut"];

const STATES = [
  { value: "approved", label: "On order" },
  { value: "received", label: "Received" },
  { value: "cancelled", label: "Cancelled" },
] as const;

const columnsFor = (onOpen: (order: string) => void): readonly Column<Order>[] => [
  {
    id: "number",
    label: "Order",
    width: 70,
    text: (order) => order.number,
    cell: (order) => <span className="font-medium">{order.number}</span>,
  },
  {
    id: "supplier",
    label: "Supplier",
    width: 150,
    text: (order) => order.supplier,
    cell: (order) => <span className="block truncate font-medium">{order.supplier}</span>,
  },
  {
    id: "status",
    label: "Status",
    width: 96,
    from: "sm",
    text: (order) => order.status,
    cell: (order) => <Badge tone={orderTone(order.status)}>{words(order.status)}</Badge>,
  },
  {
    id: "lines",
    label: "Lines",
    width: 64,
    align: "right",
    text: (order) => order.line_count,
    cell: (order) => count(order.line_count),
  },
  {
    id: "value",
    label: "Value",
    width: 96,
    align: "right",
    text: (order) => order.total,
    cell: (order) => <span className="font-semibold">{money(order.total)}</span>,
  },
  {
    id: "by",
    label: "Order by",
    width: 90,
    from: "md",
    text: (order) => order.order_by,
    cell: (order) => (order.order_by ? day(order.order_by) : "–"),
  },
  {
    id: "approved",
    label: "Approved",
    width: 140,
    from: "md",
    text: (order) => order.approved_at,
    cell: (order) => (order.approved_at ? `${ago(order.approved_at)} by ${order.approved_by}` : "–"),
  },
  {
    id: "received",
    label: "Received",
    width: 100,
    from: "lg",
    text: (order) => order.received_at,
    cell: (order) => (order.received_at ? ago(order.received_at) : "–"),
  },
  {
    id: "open",
    label: "Open",
    width: 76,
    align: "right",
    silent: true,
    cell: (order) => <Button onClick={() => onOpen(order.id)}>Open</Button>,
  },
];

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
  onOpen: (order: string) => void;
}

/** Orders that were approved, by what became of them. */
export function Orders({ search, onSearch, onOpen }: Props) {
  const { status = "approved", supplier } = search;
  return (
    <ListCard
      title="Orders"
      label="Orders"
      one="order"
      columns={columnsFor(onOpen)}
      rows={usePages("/api/orders", { query: { status, supplier, lines: false, limit: 100 } })}
      rowKey={(order) => order.id}
      onOpen={(order) => onOpen(order.id)}
      empty={
        <Empty title="No such orders">
          Approve a proposal, and it is on order until its goods are received.
        </Empty>
      }
      actions={
        <>
          <Segmented
            label="Which orders"
            value={status}
            options={STATES}
            onChange={(next) => onSearch({ status: next === "approved" ? undefined : next })}
          />
          <Facets facets={["supplier"]} value={{ supplier }} onChange={onSearch} />
        </>
      }
    />
  );
}
