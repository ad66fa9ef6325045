import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ProductPatch } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { Button, TextField } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Dialog } from "@/components/ui/Dialog";
import { Card, CardHead } from "@/components/ui/states";
import { money } from "@/lib/format";
import { may } from "@/lib/session";

type Product = Schemas["ProductOut"];

/** What is known of the product itself. */
export function Details({ product }: { product: Product }) {
  const [editing, setEditing] = useState(false);
  return (
    <Card>
      <CardHead title="Product">
        {may("planner") && <Button onClick={() => setEditing(true)}>Edit</Button>}
      </CardHead>
      <dl className="px-4 py-1">
        <DefinitionLine label="Barcode">{product.barcode ?? "None"}</DefinitionLine>
        <DefinitionLine label="Category">{product.category ?? "None"}</DefinitionLine>
        <DefinitionLine label="Price">{money(product.price, "exact")}</DefinitionLine>
        <DefinitionLine label="Cost">{money(product.cost, "exact")}</DefinitionLine>
      </dl>
      {editing && <Edit product={product} onClose={() => setEditing(false)} />}
    </Card>
  );
}

const { name, category, barcode, price, cost } = ProductPatch;
const typedAs = (value: string | null | undefined) => (value == null ? "" : String(Number(value)));

/** Changes what is typed and nothing else; a quicker change of somebody else is refused, not overwritten. */
function Edit({ product, onClose }: { product: Product; onClose: () => void }) {
  const form = useForm({
    fields: { name, category, barcode, price, cost },
    start: {
      name: product.name,
      category: product.category ?? "",
      barcode: product.barcode ?? "",
      price: typedAs(product.price),
      cost: typedAs(product.cost),
    },
    send: (values) =>
      data(
        api.PATCH("/api/products/{key}", {
          params: { path: { key: product.sku } },
          body: { ...values, revision: product.revision },
        }),
      ),
    stale: ["products", "forecast", "replenishment"],
    said: (saved) => `${saved.name} saved.`,
    onDone: onClose,
  });
  return (
    <Dialog title={`Product ${product.sku}`} onClose={onClose}>
      <Form form={form} does="Save" doing="Saving" onCancel={onClose} columns>
        <div className="sm:col-span-2">
          <TextField label="Name" {...form.field("name")} />
        </div>
        <TextField label="Barcode (optional)" {...form.field("barcode")} />
        <TextField label="Category (optional)" {...form.field("category")} />
        <TextField label="Price (optional)" inputMode="decimal" {...form.field("price")} />
        <TextField label="Cost (optional)" inputMode="decimal" {...form.field("cost")} />
      </Form>
    </Dialog>
  );
}
