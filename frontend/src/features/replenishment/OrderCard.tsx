import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useRef, useState } from "react";
import { api, data, download, type Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, day, instant, money, plural, units, words } from "@/lib/format";
import { newId } from "@/lib/id";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Confirmed, ForSupplier } from "./Arrival";
import { orderTone } from "./logic";
import { OrderLines } from "./OrderLines";
import { ReceiveDialog } from "./ReceiveDialog";

type Order = Schemas["OrderOut"];
const STALE = ["orders", "deliveries", "receipts", "stock", "replenishment", "excess", "attention"] as const;

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
          {may("planner") && <Acts order={order} unsaved={unsaved} />}
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

const openUnits = (order: Order) => order.lines.reduce((sum, line) => sum + Number(line.open), 0);

/** What can be done with an order as it stands; what cannot be taken back says first what it will do. */
function Acts({ order, unsaved }: { order: Order; unsaved: number }) {
  const [receiving, setReceiving] = useState(false);
  const begun = order.lines.some((line) => Number(line.received) > 0);
  if (order.status === "proposed")
    return (
      <>
        <Cancel order={order} />
        <Approve order={order} disabled={unsaved > 0} />
      </>
    );
  if (order.status !== "approved") return null;
  return (
    <>
      {begun ? <CloseRest order={order} /> : <Cancel order={order} />}
      <Button onClick={() => setReceiving(true)}>{t("Receive a part")}</Button>
      <ReceiveAll order={order} />
      {receiving && <ReceiveDialog order={order} onClose={() => setReceiving(false)} />}
    </>
  );
}

const pathOf = (order: Order) => ({ params: { path: { order_id: order.id } } });

function Approve({ order, disabled }: { order: Order; disabled: boolean }) {
  const key = useRef(newId()); // pressing twice, or a lost answer, is one approval
  const { params } = pathOf(order);
  return (
    <ConfirmButton
      label={t("Approve {0}", money(order.total))}
      look="primary"
      disabled={disabled}
      title={t("Approve the order to {0}", order.supplier)}
      does={t("Approve")}
      send={() =>
        data(
          api.POST("/api/orders/{order_id}/approve", {
            params: { ...params, header: { "idempotency-key": key.current } },
          }),
        )
      }
      stale={STALE}
      said={() => t("Order to {0} approved.", order.supplier)}
    >
      {t(
        "{0} worth {1} are on order from then on. Its quantities cannot be changed any more; until something was received it can be cancelled.",
        plural(order.line_count, "line"),
        money(order.total),
      )}
    </ConfirmButton>
  );
}

function Cancel({ order }: { order: Order }) {
  const proposed = order.status === "proposed";
  return (
    <ConfirmButton
      label={proposed ? t("Discard") : t("Cancel order")}
      look="danger"
      title={t("{0} to {1}", proposed ? t("Discard the proposal") : t("Cancel the order"), order.supplier)}
      does={proposed ? t("Discard the proposal") : t("Cancel the order")}
      send={() => data(api.POST("/api/orders/{order_id}/cancel", pathOf(order)))}
      stale={STALE}
      said={() => t("Order to {0} cancelled.", order.supplier)}
    >
      {t(
        "{0} worth {1} {2}. What is needed is proposed anew.",
        plural(order.line_count, "line"),
        money(order.total),
        proposed ? t("are dropped, changes made to them too") : t("are not on order any more"),
      )}
    </ConfirmButton>
  );
}

function CloseRest({ order }: { order: Order }) {
  return (
    <ConfirmButton
      label={t("The rest will not come")}
      look="danger"
      title={t("The rest from {0} will not come", order.supplier)}
      does={t("Close the order")}
      send={() => data(api.POST("/api/orders/{order_id}/close", pathOf(order)))}
      stale={STALE}
      said={() => t("The rest from {0} is not on order any more.", order.supplier)}
    >
      {t("{0} units are not on order any more, and the order is closed.", units(openUnits(order)))}
    </ConfirmButton>
  );
}

function ReceiveAll({ order }: { order: Order }) {
  return (
    <ConfirmButton
      label={t("Receive all that is open")}
      look="primary"
      final
      title={t("Everything from {0} came", order.supplier)}
      does={t("Receive all")}
      send={() => data(api.POST("/api/orders/{order_id}/receive", { ...pathOf(order), body: {} }))}
      stale={STALE}
      said={() => t("Everything open from {0} received.", order.supplier)}
    >
      {t(
        "{0} units on {1} are added to the stock. A receipt cannot be taken back; a count can put the stock right.",
        units(openUnits(order)),
        plural(order.lines.filter((line) => Number(line.open) > 0).length, "line"),
      )}
    </ConfirmButton>
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
