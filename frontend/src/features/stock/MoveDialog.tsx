import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, data } from "@/api/client";
import { HeldItem, Item, ReservationIn, ReturnIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type FieldProps, useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { termFor, termsQuery } from "@/features/supply/queries";
import { SupplierField } from "@/features/supply/SupplierField";
import { units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { t } from "@/lib/texts";

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
    fields: { ...HeldItem, reference: ReservationIn.reference },
    start: { ...started(goods), reference: "", needed_on: "" },
    // Only this line: what else is held for the same, and what others hold meanwhile, stays.
    send: ({ reference, ...item }) =>
      data(api.PATCH("/api/stock/reservations", { body: { reference, items: [item] } })).then(() => ({
        reference,
        ...item,
      })),
    stale: STALE,
    said: (held) => t("{0} of {1} held for {2}.", units(held.quantity), held.sku, held.reference),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Reserve stock")} onClose={onClose}>
      <Form form={form} does={t("Reserve")} onCancel={onClose} columns>
        <p className="text-ink-2 sm:col-span-2">
          {t(
            "What is held now is not there to sell. What is needed on a day ahead is consumed by the forecast of its week: orders grow only by what is beyond it.",
          )}
        </p>
        <GoodsFields goods={goods} field={form.field} />
        <TextField
          label={t("For (a customer's order)")}
          hint={t("Held again for the same: the amount is replaced")}
          {...form.field("reference")}
        />
        <DayField label={t("Needed on (optional)")} {...form.field("needed_on")} />
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
    said: (sent) => t("{0} of {1} went back to {2}.", units(sent.quantity), sent.sku, sent.supplier),
    onDone: onClose,
  });
  const key = useRequestKey(form.typed);
  const { set } = form;
  useEffect(() => {
    if (usual) set({ supplier: usual });
  }, [usual]);
  return (
    <Dialog title={t("Return to a supplier")} onClose={onClose}>
      <Form form={form} does={t("Send back")} onCancel={onClose} columns>
        <p className="text-ink-2 sm:col-span-2">
          {t("The units leave the stock now; the reason stays in the product's movements.")}
        </p>
        <GoodsFields goods={goods} field={form.field} />
        <SupplierField label={t("Supplier")} {...form.field("supplier")} />
        <div className="sm:col-span-2">
          <TextField
            label={t("Reason")}
            placeholder={t("Cracked, expired, not ordered")}
            {...form.field("reason")}
          />
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
          <TextField label={t("Product code")} {...field("sku")} />
          <TextField label={t("Location")} {...field("location")} />
        </>
      )}
      <TextField
        label={goods ? t("Units of {0} at {1}", goods.sku, goods.location) : t("Units")}
        inputMode="decimal"
        {...field("quantity")}
      />
    </>
  );
}
