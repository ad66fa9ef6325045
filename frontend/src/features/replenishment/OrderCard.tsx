import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { download, type Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, day, instant, money, plural, units, words } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Confirmed, ForSupplier } from "./Arrival";
import { orderTone } from "./logic";
import { OrderActs } from "./OrderActs";
import { OrderLines } from "./OrderLines";

type Order = Schemas["OrderOut"];

interface Props {
  q: string;
  onQ: (q: string) => void;
  onClose: () => void;
}

/** One order: its lines, what can be done with it, what came of it. */
export function OrderCard({ id, ...rest }: Props & { id: string }) {
  const found = useQuery(query("/api/orders/{order_id}", { path: { order_id: id } }));
  if (found.isError && !found.data)
    return (
      <Card>
        <ErrorCard title={t("The order")} error={found.error} onRetry={() => void found.refetch()} />
      </Card>
    );
  if (!found.data)
    return (
      <Card>
        <SkeletonRows rows={8} />
      </Card>
    );
  return <Loaded order={found.data} {...rest} />;
}

function Loaded({ order, q, onQ, onClose }: Props & { order: Order }) {
  const [unsaved, setUnsaved] = useState(0);
  const write = useAct({
    send: () => download(`/api/orders/${order.id}.csv`, `order-${order.number}-${order.supplier}.csv`),
    stale: [],
    refusedAloud: true,
  });
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Card className="flex min-w-0 flex-col">
        <CardHead
          title={t("Order {0} to {1}", order.number, order.supplier)}
          note={<Badge tone={orderTone(order.status)}>{words(order.status)}</Badge>}
        >
          <Button onClick={onClose}>{t("Back")}</Button>
          <Button disabled={write.isPending} onClick={() => write.mutate()}>
            <Download size={14} aria-hidden /> {t("CSV")}
          </Button>
          <ForSupplier order={order} />
          {may("planner") && order.status === "approved" && <Confirmed order={order} />}
          {may("planner") && <OrderActs order={order} unsaved={unsaved} />}
        </CardHead>
        <p className="border-b border-line px-4 py-2 text-ink-2">
          {plural(order.line_count, "line")}, <strong className="text-ink">{money(order.total)}</strong>
          {order.order_by && t(", order by {0}", day(order.order_by))}
          {". "}
          {t("Proposed {0} by {1}", ago(order.created_at), order.created_by)}
          {order.approved_at && t(", approved {0} by {1}", ago(order.approved_at), order.approved_by)}
          {order.status === "approved" &&
            t(
              ", to come {0}",
              order.confirmed_on
                ? t("on {0} as confirmed", day(order.confirmed_on))
                : t("by {0}", day(order.wanted_by)),
            )}
          {order.received_at && t(", received {0}", ago(order.received_at))}.
          {order.edited > 0 && t(" People said {0}.", plural(order.edited, "quantity", "quantities"))}
          {unsaved > 0 && (
            <span className="text-warn">{t("{0} not saved yet.", plural(unsaved, "change"))}</span>
          )}
        </p>
        <OrderLines order={order} q={q} onQ={onQ} onUnsaved={setUnsaved} />
      </Card>
      {["approved", "received"].includes(order.status) && <Receipts id={order.id} />}
    </div>
  );
}

type Receipt = Schemas["ReceiptOut"];
const received = (receipt: Receipt) => receipt.lines.reduce((sum, line) => sum + Number(line.quantity), 0);

const RECEIPTS: readonly Column<Receipt>[] = [
  {
    id: "at",
    label: t("Received"),
    width: 150,
    file: "received_at",
    cell: (receipt) => instant(receipt.received_at),
  },
  {
    id: "note",
    label: t("Delivery note"),
    width: 140,
    file: "reference",
    cell: (receipt) => receipt.reference ?? "–",
  },
  {
    id: "units",
    label: t("Units"),
    width: 130,
    align: "right",
    file: "lines",
    cell: (receipt) => (
      <>
        {units(received(receipt))}
        <span className="text-ink-3">{t("on {0}", plural(receipt.lines.length, "line"))}</span>
      </>
    ),
  },
  {
    id: "by",
    label: t("By"),
    width: 100,
    from: "sm",
    file: "actor",
    cell: (receipt) => receipt.actor,
  },
];

function Receipts({ id }: { id: string }) {
  return (
    <ListCard
      title={t("Receipts")}
      label={t("Receipts")}
      one="receipt"
      columns={RECEIPTS}
      rows={usePages("/api/receipts", { query: { order_id: id, limit: 100 } })}
      rowKey={(receipt) => receipt.id}
      empty={
        <Empty title={t("Nothing came yet")}>
          {t("What comes raises the stock, and teaches the supplier's lead time.")}
        </Empty>
      }
    />
  );
}
