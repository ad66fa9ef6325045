import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ConfirmIn } from "@/api/forms.gen";
import { suppliersQuery } from "@/api/queries";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { day } from "@/lib/format";
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
      <Button onClick={() => setOpen(true)}>For the supplier</Button>
      {open && (
        <MailDialog
          title={`Order ${order.number} for ${name}`}
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
        {order.confirmed_on ? `Confirmed for ${day(order.confirmed_on)}` : "Confirm a day"}
      </Button>
      {open && <ConfirmDialog order={order} onClose={() => setOpen(false)} />}
    </>
  );
}

function ConfirmDialog({ order, onClose }: { order: Order; onClose: () => void }) {
  const form = useForm({
    fields: ConfirmIn,
    start: { confirmed_on: order.confirmed_on ?? order.wanted_by ?? "" },
    send: (body) =>
      data(
        api.PUT("/api/orders/{order_id}/confirmation", {
          params: { path: { order_id: order.id } },
          body: { confirmed_on: body.confirmed_on },
        }),
      ),
    stale: ["orders", "deliveries"],
    said: (saved) =>
      saved.confirmed_on
        ? `Order ${saved.number} is confirmed for ${day(saved.confirmed_on)}.`
        : `Order ${saved.number} is not confirmed any more.`,
    onDone: onClose,
  });
  return (
    <Dialog title={`When order ${order.number} comes`} onClose={onClose}>
      <Form form={form} does="Save" doing="Saving" onCancel={onClose}>
        <TextField
          label="The day that the supplier confirmed"
          placeholder="YYYY-MM-DD"
          hint="Empty: the usual lead time after the approval"
          {...form.field("confirmed_on")}
        />
      </Form>
    </Dialog>
  );
}
