import { api, data, type Schemas } from "@/api/client";
import { PriceIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { Empty } from "@/components/ui/states";
import { day, money } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";

type Price = Schemas["PriceOut"];

const COLUMNS: readonly Column<Price>[] = [
  {
    id: "from",
    label: t("From"),
    width: 120,
    file: "valid_from",
    cell: (row) => day(row.valid_from, "always"),
  },
  {
    id: "where",
    label: t("Where"),
    width: 120,
    file: "location",
    cell: (row) => <span className="text-ink-2">{row.location ?? t("Everywhere")}</span>,
  },
  {
    id: "price",
    label: t("Price"),
    width: 90,
    align: "right",
    file: "price",
    cell: (row) => <span className="font-semibold">{money(row.price, "exact")}</span>,
  },
  {
    id: "by",
    label: t("Set by"),
    width: 100,
    from: "sm",
    file: "set_by",
    cell: (row) => <span className="text-ink-2">{row.set_by}</span>,
  },
];

/** A product's prices, past and planned; the next one is set from a day on. */
export function Prices({ product, onClose }: { product: Schemas["ProductOut"]; onClose: () => void }) {
  return (
    <Dialog wide title={t("Prices of {0}", product.name)} onClose={onClose}>
      <div className="grid gap-4">
        {may("planner") && <SetPrice sku={product.sku} />}
        <div className="flex max-h-[50dvh] flex-col overflow-hidden rounded-lg border border-line">
          <DataTable
            label={t("Prices")}
            name={`prices of ${product.sku}`}
            one="price"
            fill
            columns={COLUMNS}
            rows={usePages("/api/prices", { query: { sku: product.sku, limit: 100 } })}
            rowKey={(row) => `${row.location} ${row.valid_from}`}
            empty={<Empty title={t("No price was set yet")} />}
          />
        </div>
      </div>
    </Dialog>
  );
}

function SetPrice({ sku }: { sku: string }) {
  const form = useForm({
    fields: PriceIn,
    start: { sku, price: "", valid_from: today(), location: "" },
    send: (body) => data(api.POST("/api/prices", { body })),
    stale: ["prices", "products"],
    said: (set) => t("{0} costs {1} from {2}.", set.sku, money(set.price, "exact"), day(set.valid_from)),
    onDone: () => form.set({ price: "" }),
  });
  return (
    <Form form={form} does={t("Set the price")} columns>
      <TextField label={t("New price")} inputMode="decimal" {...form.field("price")} />
      <DayField label={t("From the day")} {...form.field("valid_from")} />
      <TextField
        label={t("Location (optional)")}
        placeholder={t("Everywhere")}
        hint={t("The same day and place again replaces it")}
        {...form.field("location")}
      />
    </Form>
  );
}
