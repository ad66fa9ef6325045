import { api, data, type Schemas } from "@/api/client";
import { PriceIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Empty } from "@/components/ui/states";
import { day, money } from "@/lib/format";
import { may } from "@/lib/session";
import { today } from "@/lib/workspace";

type Price = Schemas["PriceOut"];

const COLUMNS: readonly Column<Price>[] = [
  {
    id: "from",
    label: "From",
    width: 120,
    text: (row) => row.valid_from,
    cell: (row) => day(row.valid_from, "always"),
  },
  {
    id: "where",
    label: "Where",
    width: 120,
    text: (row) => row.location ?? "everywhere",
    cell: (row) => <span className="text-ink-2">{row.location ?? "Everywhere"}</span>,
  },
  {
    id: "price",
    label: "Price",
    width: 90,
    align: "right",
    text: (row) => row.price,
    cell: (row) => <span className="font-semibold">{money(row.price, "exact")}</span>,
  },
  {
    id: "by",
    label: "Set by",
    width: 100,
    from: "sm",
    text: (row) => row.set_by,
    cell: (row) => <span className="text-ink-2">{row.set_by}</span>,
  },
];

/** A product's prices, past and planned; the next one is set from a day on. */
export function Prices({ product, onClose }: { product: Schemas["ProductOut"]; onClose: () => void }) {
  return (
    <Dialog wide title={`Prices of ${product.name}`} onClose={onClose}>
      <div className="grid gap-4">
        {may("planner") && <SetPrice sku={product.sku} />}
        <div className="flex max-h-[50dvh] flex-col overflow-hidden rounded-lg border border-line">
          <DataTable
            label="Prices"
            name={`prices of ${product.sku}`}
            one="price"
            fill
            columns={COLUMNS}
            rows={usePages("/api/prices", { query: { sku: product.sku, limit: 100 } })}
            rowKey={(row) => `${row.location} ${row.valid_from}`}
            empty={<Empty title="No price was set yet" />}
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
    said: (set) => `${set.sku} costs ${money(set.price, "exact")} from ${day(set.valid_from)}.`,
    onDone: () => form.set({ price: "" }),
  });
  return (
    <Form form={form} does="Set the price" columns>
      <TextField label="New price" inputMode="decimal" {...form.field("price")} />
      <TextField label="From the day" placeholder="YYYY-MM-DD" {...form.field("valid_from")} />
      <TextField
        label="Location (optional)"
        placeholder="Everywhere"
        hint="The same day and place again replaces it"
        {...form.field("location")}
      />
    </Form>
  );
}
