import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, data } from "@/api/client";
import { Item, ReservationIn, ReturnIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type FieldProps, useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { termFor, termsQuery } from "@/features/supply/queries";
import { SupplierField } from "@/features/supply/SupplierField";
import { units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";

export interface Goods {
  sku: string;
  location: string;
}

interface Props {
  /** Of which product; without one it is typed. */
  goods: Goods | null;
  onClose: () => void;
}

const STALE = ["stock", "replenishment", "orders"] as const;
const started = (goods: Goods | null) => ({ sku: "", location: "main", ...goods, quantity: "" });

/** Hold units of a product for a customer's order, beside what is held for it already. */
export function ReserveDialog({ goods, onClose }: Props) {
  const form = useForm({
    fields: { ...Item, reference: ReservationIn.reference },
    start: { ...started(goods), reference: "" },
    // Only this line: what else is held for the same, and what others hold meanwhile, stays.
    send: ({ reference, ...item }) =>
      data(api.PATCH("/api/stock/reservations", { body: { reference, items: [item] } })).then(() => ({
        reference,
        ...item,
      })),
    stale: STALE,
    said: (held) => `${units(held.quantity)} of ${held.sku} held for ${held.reference}.`,
    onDone: onClose,
  });
  return (
    <Dialog title="Reserve stock" onClose={onClose}>
      <Form form={form} does="Reserve" onCancel={onClose} columns>
        <p className="text-ink-2 sm:col-span-2">
          What is held is not there to sell: it counts against what is on hand when orders are proposed.
        </p>
        <GoodsFields goods={goods} field={form.field} />
        <TextField
          label="For (a customer's order)"
          hint="Held again for the same: the amount is replaced"
          {...form.field("reference")}
        />
      </Form>
    </Dialog>
  );
}

/** Send units back to a supplier: they leave the stock. */
export function ReturnDialog({ goods, onClose }: Props) {
  const terms = useQuery({ ...termsQuery(goods?.sku ?? ""), enabled: goods !== null });
  const usual = termFor(terms.data?.items ?? [], goods?.location ?? "")?.supplier ?? "";
  const form = useForm({
    fields: { ...Item, ...ReturnIn },
    start: { ...started(goods), supplier: usual, reason: "" },
    send: ({ supplier, reason, ...item }) =>
      data(
        api.POST("/api/stock/supplier-returns", {
          params: { header: { "idempotency-key": key() } },
          body: { supplier, reason, items: [item] },
        }),
      ).then(() => ({ supplier, ...item })),
    stale: STALE,
    said: (sent) => `${units(sent.quantity)} of ${sent.sku} went back to ${sent.supplier}.`,
    onDone: onClose,
  });
  const key = useRequestKey(form.typed);
  const { set } = form;
  useEffect(() => {
    if (usual) set({ supplier: usual });
  }, [usual]);
  return (
    <Dialog title="Return to a supplier" onClose={onClose}>
      <Form form={form} does="Send back" onCancel={onClose} columns>
        <p className="text-ink-2 sm:col-span-2">
          The units leave the stock now; the reason stays in the product's movements.
        </p>
        <GoodsFields goods={goods} field={form.field} />
        <SupplierField label="Supplier" {...form.field("supplier")} />
        <div className="sm:col-span-2">
          <TextField label="Reason" placeholder="Cracked, expired, not ordered" {...form.field("reason")} />
        </div>
      </Form>
    </Dialog>
  );
}

export function GoodsFields({
  goods,
  field,
}: {
  goods: Goods | null;
  field: (name: keyof typeof Item) => FieldProps;
}) {
  return (
    <>
      {!goods && (
        <>
          <TextField label="Product code" {...field("sku")} />
          <TextField label="Location" {...field("location")} />
        </>
      )}
      <TextField
        label={goods ? `Units of ${goods.sku} at ${goods.location}` : "Units"}
        inputMode="decimal"
        {...field("quantity")}
      />
    </>
  );
}
