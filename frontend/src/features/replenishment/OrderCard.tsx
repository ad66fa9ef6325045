import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useRef, useState } from "react";
import { api, data, download, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import {
  Badge,
  Card,
  CardHead,
  Empty,
  ErrorCard,
  SkeletonRows,
  Table,
  type Tone,
} from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago, day, instant, money, plural, units, words } from "@/lib/format";
import { may } from "@/lib/session";
import { OrderLines } from "./OrderLines";
import { ReceiveDialog } from "./ReceiveDialog";

export const orderTone = (status: string): Tone =>
  (({ proposed: "info", approved: "warn", received: "good" })[status] as Tone | undefined) ?? "plain";

/** One order: its lines, what can be done with it, what came of it. */
export function OrderCard({ id, onClose }: { id: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: keys.order(id),
    queryFn: () => data(api.GET("/api/orders/{order_id}", { params: { path: { order_id: id } } })),
  });
  if (found.isError)
    return (
      <Card>
        <ErrorCard title="The order" error={found.error} onRetry={() => void found.refetch()} />
      </Card>
    );
  if (!found.data)
    return (
      <Card>
        <SkeletonRows rows={8} />
      </Card>
    );
  return <Loaded order={found.data} onClose={onClose} />;
}

function Loaded({ order, onClose }: { order: Schemas["OrderOut"]; onClose: () => void }) {
  const client = useQueryClient();
  const key = useRef(crypto.randomUUID()); // pressing twice, or a lost answer, is one approval
  const [unsaved, setUnsaved] = useState(0);
  const [receiving, setReceiving] = useState(false);
  const path = { params: { path: { order_id: order.id } } };
  const done = (text: string) => {
    toast(text);
    void client.invalidateQueries({ queryKey: ["orders"] });
    void client.invalidateQueries({ queryKey: ["stock"] });
  };
  const approve = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/orders/{order_id}/approve", {
          params: { ...path.params, header: { "idempotency-key": key.current } },
        }),
      ),
    onSuccess: () => done(`Order to ${order.supplier} approved.`),
  });
  const cancel = useMutation({
    mutationFn: () => data(api.POST("/api/orders/{order_id}/cancel", path)),
    onSuccess: () => done(`Order to ${order.supplier} cancelled.`),
  });
  const receive = useMutation({
    mutationFn: () => data(api.POST("/api/orders/{order_id}/receive", { ...path, body: {} })),
    onSuccess: () => done(`Everything open from ${order.supplier} received.`),
  });
  const close = useMutation({
    mutationFn: () => data(api.POST("/api/orders/{order_id}/close", path)),
    onSuccess: () => done(`The rest from ${order.supplier} is not on order any more.`),
  });
  const save = useMutation({
    mutationFn: () =>
      download(
        `/api/orders.csv?supplier=${encodeURIComponent(order.supplier)}&status=${order.status}`,
        "order.csv",
      ),
  });
  const busy = approve.isPending || cancel.isPending || receive.isPending || close.isPending;
  const begun = order.lines.some((line) => Number(line.received) > 0);
  const writes = may("planner");
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Card className="min-w-0">
        <CardHead
          title={`Order to ${order.supplier}`}
          note={<Badge tone={orderTone(order.status)}>{words(order.status)}</Badge>}
        >
          <Button onClick={onClose}>Back</Button>
          <Button disabled={save.isPending} onClick={() => save.mutate()}>
            <Download size={14} aria-hidden /> CSV
          </Button>
          {writes && order.status === "approved" && begun && (
            <Button look="danger" disabled={busy} onClick={() => close.mutate()}>
              The rest will not come
            </Button>
          )}
          {writes && ["proposed", "approved"].includes(order.status) && !begun && (
            <Button look="danger" disabled={busy} onClick={() => cancel.mutate()}>
              {order.status === "proposed" ? "Discard" : "Cancel order"}
            </Button>
          )}
          {writes && order.status === "proposed" && (
            <Button look="primary" disabled={busy || unsaved > 0} onClick={() => approve.mutate()}>
              Approve {money(order.total)}
            </Button>
          )}
          {writes && order.status === "approved" && (
            <>
              <Button disabled={busy} onClick={() => setReceiving(true)}>
                Receive a part
              </Button>
              <Button look="primary" disabled={busy} onClick={() => receive.mutate()}>
                Receive all that is open
              </Button>
            </>
          )}
        </CardHead>
        <p className="border-b border-line px-4 py-2 text-ink-2">
          {plural(order.line_count, "line")}, <strong className="text-ink">{money(order.total)}</strong>
          {order.order_by && `, order by ${day(order.order_by)}`}. Proposed {ago(order.created_at)} by{" "}
          {order.created_by}
          {order.approved_at && `, approved ${ago(order.approved_at)} by ${order.approved_by}`}
          {order.received_at && `, received ${ago(order.received_at)}`}.
          {unsaved > 0 && <span className="text-warn"> {plural(unsaved, "change")} not saved yet.</span>}
        </p>
        <div className="px-4 empty:hidden [&>*]:my-3">
          <Problem error={approve.error ?? cancel.error ?? receive.error ?? close.error ?? save.error} />
        </div>
        <OrderLines order={order} onUnsaved={setUnsaved} />
      </Card>
      {["approved", "received"].includes(order.status) && <Receipts id={order.id} />}
      {receiving && <ReceiveDialog order={order} onClose={() => setReceiving(false)} />}
    </div>
  );
}

function Receipts({ id }: { id: string }) {
  const found = useQuery({
    queryKey: keys.receipts(id),
    queryFn: () => data(api.GET("/api/receipts", { params: { query: { order_id: id } } })),
  });
  return (
    <Card>
      <CardHead title="Receipts" />
      {found.isError ? (
        <ErrorCard title="The receipts" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={2} height={40} />
      ) : found.data.items.length === 0 ? (
        <Empty title="Nothing came yet">
          What comes raises the stock, and teaches the supplier's lead time.
        </Empty>
      ) : (
        <Table
          label="Receipts"
          head={
            <tr>
              <th scope="col">Received</th>
              <th scope="col">Delivery note</th>
              <th scope="col" className="text-right">
                Units
              </th>
              <th scope="col">By</th>
            </tr>
          }
        >
          {found.data.items.map((receipt) => (
            <tr key={receipt.id}>
              <td className="whitespace-nowrap">{instant(receipt.received_at)}</td>
              <td>{receipt.reference ?? "–"}</td>
              <td className="text-right whitespace-nowrap">
                {units(receipt.lines.reduce((sum, line) => sum + Number(line.quantity), 0))}
                <span className="text-ink-3"> on {plural(receipt.lines.length, "line")}</span>
              </td>
              <td>{receipt.actor}</td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
