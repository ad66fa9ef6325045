import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Button, Segmented } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { ago, count, day, money, words } from "@/lib/format";
import { orderTone } from "./OrderCard";

const STATES = [
  { value: "approved", label: "On order" },
  { value: "received", label: "Received" },
  { value: "cancelled", label: "Cancelled" },
] as const;

/** Orders that were approved, by what became of them. */
export function Orders({ onOpen }: { onOpen: (order: string) => void }) {
  const [status, setStatus] = useState<(typeof STATES)[number]["value"]>("approved");
  const found = useQuery({
    queryKey: keys.orders({ status }),
    queryFn: () => data(api.GET("/api/orders", { params: { query: { status, lines: false, limit: 100 } } })),
    placeholderData: keepPreviousData,
  });
  return (
    <Card>
      <CardHead title="Orders">
        <Segmented label="Which orders" value={status} options={STATES} onChange={setStatus} />
      </CardHead>
      {found.isError ? (
        <ErrorCard title="The orders" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={4} />
      ) : found.data.items.length === 0 ? (
        <Empty title="No such orders">
          Approve a proposal, and it is on order until its goods are received.
        </Empty>
      ) : (
        <Table
          label="Orders"
          head={
            <tr>
              <th scope="col">Supplier</th>
              <th scope="col">Status</th>
              <th scope="col" className="text-right">
                Lines
              </th>
              <th scope="col" className="text-right">
                Value
              </th>
              <th scope="col">Order by</th>
              <th scope="col">Approved</th>
              <th scope="col">Received</th>
              <th scope="col">
                <span className="sr-only">Open</span>
              </th>
            </tr>
          }
        >
          {found.data.items.map((order) => (
            <tr key={order.id}>
              <td className="font-medium">{order.supplier}</td>
              <td>
                <Badge tone={orderTone(order.status)}>{words(order.status)}</Badge>
              </td>
              <td className="text-right">{count(order.line_count)}</td>
              <td className="text-right font-semibold">{money(order.total)}</td>
              <td className="whitespace-nowrap">{order.order_by ? day(order.order_by) : "–"}</td>
              <td className="whitespace-nowrap">
                {order.approved_at ? `${ago(order.approved_at)} by ${order.approved_by}` : "–"}
              </td>
              <td className="whitespace-nowrap">{order.received_at ? ago(order.received_at) : "–"}</td>
              <td className="text-right">
                <Button onClick={() => onOpen(order.id)}>Open</Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {found.data?.next_cursor && (
        <p className="border-t border-line px-4 py-2 text-sec text-ink-3">
          The newest 100; the CSV has more.
        </p>
      )}
    </Card>
  );
}
