import { useState } from "react";
import { api, data } from "@/api/client";
import { CorrectionIn, Item, VoidIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { day } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { units } from "@/lib/format";
import { newId } from "@/lib/id";
import { changes, dayOf, type Sale, told } from "./logic";

const STALE = ["sales", "stock", "forecast", "replenishment"] as const;
const FIELDS = {
  quantity: Item.quantity,
  unit_price: CorrectionIn.unit_price,
  location: Item.location,
  sold_at: day(),
};

interface Props {
  sale: Sale;
  onClose: () => void;
}

/** Puts right what was recorded; the entry stays readable, and another takes its place. */
export function Correct({ sale, onClose }: Props) {
  // One id for this dialog: sent again after a lost answer, it is still one correction.
  const [id] = useState(() => newId());
  const before = {
    quantity: String(Math.abs(Number(sale.quantity))),
    unit_price: sale.unit_price === null ? "" : String(Number(sale.unit_price)),
    location: sale.location ?? "",
    sold_at: dayOf(sale),
  };
  const form = useForm({
    fields: FIELDS,
    start: before,
    send: (values) =>
      data(
        api.POST("/api/sales/{sale_id}/correct", {
          params: { path: { sale_id: sale.id } },
          body: { id, ...changes(before, values) },
        }),
      ),
    stale: STALE,
    said: () => `Corrected: it was ${told(sale)}.`,
    onDone: onClose,
  });
  const read = form.values();
  const changed = read ? Object.keys(changes(before, read)).length : 0;
  return (
    <Dialog title={`Correct a ${sale.kind} of ${sale.sku}`} onClose={onClose}>
      <Form
        form={form}
        does="Correct"
        onCancel={onClose}
        ready={changed > 0}
        columns
        note={
          changed > 0
            ? `Takes the place of ${units(sale.quantity)} at ${sale.location}.`
            : "Nothing is changed yet."
        }
      >
        <p className="text-ink-2 sm:col-span-2">
          {`Recorded: ${told(sale)}. Stock and the week's sales change with it; the entry stays readable.`}
        </p>
        <TextField
          label={Number(sale.quantity) < 0 ? "Units that came back" : "Units"}
          inputMode="decimal"
          {...form.field("quantity")}
        />
        <TextField label="Unit price (optional)" inputMode="decimal" {...form.field("unit_price")} />
        <TextField label="Day (YYYY-MM-DD)" {...form.field("sold_at")} />
        <TextField label="Location" {...form.field("location")} />
      </Form>
    </Dialog>
  );
}

/** Says that an entry never was, with a reason. */
export function Void({ sale, onClose }: Props) {
  const [id] = useState(() => newId());
  const form = useForm({
    fields: { reason: VoidIn.reason },
    start: { reason: "" },
    send: ({ reason }) =>
      data(
        api.POST("/api/sales/{sale_id}/void", {
          params: { path: { sale_id: sale.id } },
          body: { id, reason },
        }),
      ),
    stale: STALE,
    said: () => `Voided: ${told(sale)}.`,
    onDone: onClose,
  });
  return (
    <Dialog title={`Void a ${sale.kind} of ${sale.sku}`} onClose={onClose}>
      <Form form={form} does="Void it" onCancel={onClose}>
        <p className="text-ink-2">
          {`${told(sale)}: none of it counts any more, ${units(Math.abs(Number(sale.quantity)))} units ${
            Number(sale.quantity) < 0 ? "leave" : "come back into"
          } the stock. A void cannot be taken back; the entry stays readable.`}
        </p>
        <TextField label="Reason (optional)" placeholder="Rung up twice" {...form.field("reason")} />
      </Form>
    </Dialog>
  );
}
