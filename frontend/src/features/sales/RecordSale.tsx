import { useState } from "react";
import { api, data } from "@/api/client";
import { Item, SaleIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { choice, day } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { SelectField, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { units } from "@/lib/format";
import { newId } from "@/lib/id";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";

interface Props {
  sku?: string;
  location?: string | undefined;
  onClose: () => void;
}

const FIELDS = {
  kind: choice(["sale", "return"]),
  sku: Item.sku,
  quantity: Item.quantity,
  unit_price: SaleIn.unit_price,
  sold_at: day(),
  location: SaleIn.location,
};

export function RecordSale({ sku = "", location = "main", onClose }: Props) {
  // One id for this dialog: sent again after a lost answer, it is still one sale.
  const [id] = useState(() => newId());
  const form = useForm({
    fields: FIELDS,
    start: { kind: "sale", sku, location, quantity: "1", unit_price: "", sold_at: today() },
    send: ({ sold_at, ...sale }) =>
      data(
        api.POST("/api/sales", {
          // A sale of today happened now; of another day only the day is known.
          body: { id, ...sale, sold_at: sold_at === today() ? new Date().toISOString() : sold_at },
        }),
      ),
    stale: ["sales", "stock"],
    said: (sale) => {
      const what = t("{0} of {1}", units(sale.quantity), sale.sku);
      return sale.status === "quarantined" ? t("{0} waits for its product.", what) : t("Recorded {0}.", what);
    },
    onDone: onClose,
  });
  return (
    <Dialog title={t("Record a sale")} onClose={onClose}>
      <Form form={form} does={t("Record")} doing={t("Recording")} onCancel={onClose} columns>
        <TextField
          label={t("Product code")}
          data-autofocus={sku === "" || undefined}
          {...form.field("sku")}
        />
        <SelectField label={t("What")} {...form.field("kind")}>
          <option value="sale">{t("Sale")}</option>
          <option value="return">{t("Return")}</option>
        </SelectField>
        <TextField
          label={t("Quantity")}
          inputMode="decimal"
          data-autofocus={sku !== "" || undefined}
          {...form.field("quantity")}
        />
        <TextField label={t("Unit price (optional)")} inputMode="decimal" {...form.field("unit_price")} />
        <DayField label={t("Day")} {...form.field("sold_at")} />
        <TextField label={t("Location")} {...form.field("location")} />
      </Form>
    </Dialog>
  );
}
