import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { useQuicker } from "@/lib/acts";
import { money, plural, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { t } from "@/lib/texts";
import { openUnits, readOf } from "./logic";
import { ReceiveDialog } from "./ReceiveDialog";

type Order = Schemas["OrderOut"];
const STALE = ["orders", "deliveries", "receipts", "stock", "replenishment", "excess", "attention"] as const;

/** What can be done with an order as it stands; what cannot be taken back says first what it will do. */
export function OrderActs({ order, unsaved }: { order: Order; unsaved: number }) {
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

/** Done only while the order is what is shown of it; what it is by now is shown beside the refusal. */
function useReading(order: Order) {
  const quicker = useQuicker(["orders"]);
  return {
    params: { path: { order_id: order.id } },
    was: readOf(order),
    send: (asked: Parameters<typeof data<Order>>[0]) => data(asked).catch(quicker),
  };
}

function Approve({ order, disabled }: { order: Order; disabled: boolean }) {
  const { params, was, send } = useReading(order);
  const key = useRequestKey(was); // pressing twice, or a lost answer, is one approval
  return (
    <ConfirmButton
      label={t("Approve {0}", money(order.total))}
      look="primary"
      disabled={disabled}
      title={t("Approve the order to {0}", order.supplier)}
      does={t("Approve")}
      send={() =>
        send(
          api.POST("/api/orders/{order_id}/approve", {
            params: { ...params, header: { "idempotency-key": key() } },
            body: { was },
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
  const { params, was, send } = useReading(order);
  const proposed = order.status === "proposed";
  return (
    <ConfirmButton
      label={proposed ? t("Discard") : t("Cancel order")}
      look="danger"
      title={t("{0} to {1}", proposed ? t("Discard the proposal") : t("Cancel the order"), order.supplier)}
      does={proposed ? t("Discard the proposal") : t("Cancel the order")}
      send={() =>
        send(
          api.POST("/api/orders/{order_id}/cancel", {
            params,
            body: { was: { ...was, status: order.status } },
          }),
        )
      }
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
  const { params, was, send } = useReading(order);
  return (
    <ConfirmButton
      label={t("The rest will not come")}
      look="danger"
      title={t("The rest from {0} will not come", order.supplier)}
      does={t("Close the order")}
      send={() => send(api.POST("/api/orders/{order_id}/close", { params, body: { was } }))}
      stale={STALE}
      said={() => t("The rest from {0} is not on order any more.", order.supplier)}
    >
      {t(
        "{0} {0:unit is/units are} not on order any more, and the order is closed.",
        units(openUnits(order)),
      )}
    </ConfirmButton>
  );
}

function ReceiveAll({ order }: { order: Order }) {
  const { params, was, send } = useReading(order);
  return (
    <ConfirmButton
      label={t("Receive all that is open")}
      look="primary"
      final
      title={t("Everything from {0} came", order.supplier)}
      does={t("Receive all")}
      send={() => send(api.POST("/api/orders/{order_id}/receive", { params, body: { was } }))}
      stale={STALE}
      said={() => t("Everything open from {0} received.", order.supplier)}
    >
      {t(
        "{0} {0:unit/units} on {1} {0:is/are} added to the stock. A receipt cannot be taken back; a count can put the stock right.",
        units(openUnits(order)),
        plural(order.lines.filter((line) => Number(line.open) > 0).length, "line"),
      )}
    </ConfirmButton>
  );
}
