import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { Button, Segmented } from "@/components/ui/controls";
import { Badge, Empty } from "@/components/ui/states";
import { ago, count, day, money, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { orderTone } from "./logic";
import type { Search } from "./search";

type Order = Schemas["OrderOut"];

const STATES = [
  { value: "approved", label: t("On order") },
  { value: "received", label: t("Received") },
  { value: "cancelled", label: t("Cancelled") },
] as const;

const columnsFor = (onOpen: (order: string) => void): readonly Column<Order>[] => [
  {
    id: "number",
    label: t("Order"),
    width: 70,
    file: "number",
    cell: (order) => <span className="font-medium">{order.number}</span>,
  },
  {
    id: "supplier",
    label: t("Supplier"),
    width: 150,
    file: "supplier",
    cell: (order) => <span className="block truncate font-medium">{order.supplier}</span>,
  },
  {
    id: "status",
    label: t("Status"),
    width: 96,
    from: "sm",
    file: "status",
    cell: (order) => <Badge tone={orderTone(order.status)}>{words(order.status)}</Badge>,
  },
  {
    id: "lines",
    label: t("Lines"),
    width: 64,
    align: "right",
    file: "line_count",
    cell: (order) => count(order.line_count),
  },
  {
    id: "value",
    label: t("Value"),
    width: 96,
    align: "right",
    file: "total",
    cell: (order) => <span className="font-semibold">{money(order.total)}</span>,
  },
  {
    id: "by",
    label: t("Order by"),
    width: 90,
    from: "md",
    file: "order_by",
    cell: (order) => (order.order_by ? day(order.order_by) : "–"),
  },
  {
    id: "approved",
    label: t("Approved"),
    width: 140,
    from: "md",
    file: "approved_at",
    cell: (order) => (order.approved_at ? t("{0} by {1}", ago(order.approved_at), order.approved_by) : "–"),
  },
  {
    id: "received",
    label: t("Received"),
    width: 100,
    from: "lg",
    file: "received_at",
    cell: (order) => (order.received_at ? ago(order.received_at) : "–"),
  },
  {
    id: "open",
    label: t("Open"),
    width: 76,
    align: "right",
    silent: true,
    cell: (order) => <Button onClick={() => onOpen(order.id)}>{t("Open")}</Button>,
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
      title={t("Orders")}
      label={t("Orders")}
      one="order"
      columns={columnsFor(onOpen)}
      rows={usePages("/api/orders", { query: { status, supplier, lines: false, limit: 100 } })}
      rowKey={(order) => order.id}
      onOpen={(order) => onOpen(order.id)}
      empty={
        <Empty title={t("No such orders")}>
          {t("Approve a proposal, and it is on order until its goods are received.")}
        </Empty>
      }
      actions={
        <>
          <Segmented
            label={t("Which orders")}
            value={status}
            options={STATES}
            onChange={(next) => onSearch({ status: next === "approved" ? undefined : next })}
          />
          <Facets facets={["supplier"]} value={{ supplier }} onChange={onSearch} />
          <SavedViews name="orders" search={{ status: search.status, supplier }} onOpen={onSearch} />
        </>
      }
    />
  );
}
