import { useState } from "react";
import { api, data } from "@/api/client";
import { CorrectionIn, Item, VoidIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { day } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { typedNumber, units } from "@/lib/format";
import { newId } from "@/lib/id";
import { t } from "@/lib/texts";
import { changes, dayOf, type Sale, titleOf, told } from "./logic";

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
    unit_price: typedNumber(sale.unit_price),
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
    said: () => t("Corrected: it was {0}.", told(sale)),
    onDone: onClose,
  });
  const read = form.values();
  const changed = read ? Object.keys(changes(before, read)).length : 0;
  return (
    <Dialog title={titleOf("correct", sale)} onClose={onClose}>
      <Form
        form={form}
        does={t("Correct")}
        onCancel={onClose}
        ready={changed > 0}
        columns
        note={
          changed > 0
            ? t("Takes the place of {0} at {1}.", units(sale.quantity), sale.location)
            : t("Nothing is changed yet.")
        }
      >
        <p className="text-ink-2 sm:col-span-2">
          {t(
            "Recorded: {0}. Stock and the week's sales change with it; the entry stays readable.",
            told(sale),
          )}
        </p>
        <TextField
          label={Number(sale.quantity) < 0 ? t("Units that came back") : t("Units")}
          inputMode="decimal"
          {...form.field("quantity")}
        />
        <TextField label={t("Unit price (optional)")} inputMode="decimal" {...form.field("unit_price")} />
        <DayField label={t("Day")} {...form.field("sold_at")} />
        <TextField label={t("Location")} {...form.field("location")} />
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
    said: () => t("Voided: {0}.", told(sale)),
    onDone: onClose,
  });
  return (
    <Dialog title={titleOf("void", sale)} onClose={onClose}>
      <Form form={form} does={t("Void it")} onCancel={onClose} deliberate>
        <p className="text-ink-2">
          {Number(sale.quantity) < 0
            ? t(
                "{0}: none of it counts any more, {1} {1:unit leaves/units leave} the stock. A void cannot be taken back; the entry stays readable.",
                told(sale),
                units(-Number(sale.quantity)),
              )
            : t(
                "{0}: none of it counts any more, {1} {1:unit comes/units come} back into the stock. A void cannot be taken back; the entry stays readable.",
                told(sale),
                units(sale.quantity),
              )}
        </p>
        <TextField
          label={t("Reason (optional)")}
          placeholder={t("Rung up twice")}
          {...form.field("reason")}
        />
      </Form>
    </Dialog>
  );
}
