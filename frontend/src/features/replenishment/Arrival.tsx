import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ConfirmIn } from "@/api/forms.gen";
import { suppliersQuery } from "@/api/queries";
import { Form } from "@/components/form/Form";
import { useShared } from "@/components/form/useShared";
import { Button } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { day } from "@/lib/format";
import { t } from "@/lib/texts";
import { MailDialog } from "./MailDialog";
import { orderMail } from "./mail";
import { PrintedOrder } from "./PrintedOrder";

type Order = Schemas["OrderOut"];

/** The order as a text, a page and a file for its supplier. */
export function ForSupplier({ order }: { order: Order }) {
  const [open, setOpen] = useState(false);
  const suppliers = useQuery({ ...suppliersQuery, enabled: open });
  const name = suppliers.data?.items.find(({ code }) => code === order.supplier)?.name ?? order.supplier;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("For the supplier")}</Button>
      {open && (
        <MailDialog
          title={t("Order {0} for {1}", order.number, name)}
          mail={orderMail(order, name)}
          onPrint={() => window.print()}
          onClose={() => setOpen(false)}
        >
          <PrintedOrder order={order} supplier={name} />
        </MailDialog>
      )}
    </>
  );
}

/** When the goods come, as the supplier confirmed it. */
export function Confirmed({ order }: { order: Order }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        {order.confirmed_on ? t("Confirmed for {0}", day(order.confirmed_on)) : t("Confirm a day")}
      </Button>
      {open && <ConfirmDialog order={order} onClose={() => setOpen(false)} />}
    </>
  );
}

function ConfirmDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const path = { path: { order_id: order.id } };
  const form = useShared({
    fields: { confirmed_on: ConfirmIn.confirmed_on },
    kept: order,
    textsOf: (kept) => ({ confirmed_on: kept?.confirmed_on ?? kept?.wanted_by ?? "" }),
    labels: { confirmed_on: t("Confirmed") },
    save: ({ confirmed_on }, _, read) =>
      data(
        api.PUT("/api/orders/{order_id}/confirmation", {
          params: path,
          body: { confirmed_on, was: read?.confirmed_on ?? null },
        }),
      ),
    read: () => data(api.GET("/api/orders/{order_id}", { params: path })),
    stale: ["orders", "deliveries"],
    said: (saved) =>
      saved.confirmed_on
        ? t("Order {0} is confirmed for {1}.", saved.number, day(saved.confirmed_on))
        : t("Order {0} is not confirmed any more.", saved.number),
    onDone: onClose,
    onClose,
  });
  return (
    <Dialog title={t("When order {0} comes", order.number)} onClose={onClose}>
      <Form form={form} does={t("Save")} doing={t("Saving")} onCancel={onClose} end={form.theirs}>
        <DayField
          label={t("The day that the supplier confirmed")}
          hint={t("Empty: the usual lead time after the approval")}
          {...form.field("confirmed_on")}
        />
      </Form>
    </Dialog>
  );
}
