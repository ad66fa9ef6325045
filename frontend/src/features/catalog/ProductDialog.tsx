import { api, data, type Schemas } from "@/api/client";
import { ProductIn, ProductPatch } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type FieldProps, useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { units } from "@/lib/format";

type Product = Schemas["ProductOut"];
const STALE = ["products", "categories", "forecast", "replenishment", "stock"] as const;
const EMPTY = {
  name: "",
  category: "",
  barcode: "",
  price: "",
  cost: "",
  on_sale_from: "",
  on_sale_until: "",
  like_sku: "",
  like_multiplier: "",
};

interface NewProps {
  onClose: () => void;
  onDone?: (product: Product) => void;
}

/** A new product, with what lies of it now if somebody counted. */
export function NewProduct({ onClose, onDone }: NewProps) {
  const form = useForm({
    fields: ProductIn,
    start: { ...EMPTY, sku: "", location: "main", stock: "" },
    send: (body) => data(api.POST("/api/products", { body: { ...body, archived: false, attributes: {} } })),
    stale: STALE,
    said: (made, given) =>
      `${made.name} is a product now${given.stock === null ? "" : `, ${units(given.stock)} on hand`}.`,
    onDone: (made) => {
      onClose();
      onDone?.(made);
    },
  });
  return (
    <Dialog title="New product" onClose={onClose}>
      <Form form={form} does="Create" doing="Creating" onCancel={onClose} columns>
        <TextField label="Code" hint="As tills and files name it; it stays" {...form.field("sku")} />
        <ProductFields field={form.field} />
        <TextField label="On hand now (optional)" inputMode="decimal" {...form.field("stock")} />
        <TextField label="Counted at location" {...form.field("location")} />
      </Form>
    </Dialog>
  );
}

const typedAs = (value: string | null | undefined) => (value == null ? "" : String(Number(value)));

/** Changes what is typed and nothing else; a quicker change of somebody else is refused, not overwritten. */
export function EditProduct({ product, onClose }: { product: Product; onClose: () => void }) {
  const form = useForm({
    fields: ProductPatch,
    start: {
      name: product.name,
      category: product.category ?? "",
      barcode: product.barcode ?? "",
      price: typedAs(product.price),
      cost: typedAs(product.cost),
      on_sale_from: product.on_sale_from ?? "",
      on_sale_until: product.on_sale_until ?? "",
      like_sku: product.like_sku ?? "",
      like_multiplier: typedAs(product.like_multiplier),
    },
    send: (values) =>
      data(
        api.PATCH("/api/products/{key}", {
          params: { path: { key: product.sku } },
          body: { ...values, revision: product.revision },
        }),
      ),
    stale: STALE,
    said: (saved) => `${saved.name} saved.`,
    onDone: onClose,
  });
  return (
    <Dialog title={`Product ${product.sku}`} onClose={onClose}>
      <Form form={form} does="Save" doing="Saving" onCancel={onClose} columns>
        <ProductFields field={form.field} />
      </Form>
    </Dialog>
  );
}

function ProductFields({ field }: { field: (name: keyof typeof EMPTY) => FieldProps }) {
  return (
    <>
      <TextField label="Name" {...field("name")} />
      <TextField label="Category (optional)" {...field("category")} />
      <TextField label="Barcode (optional)" {...field("barcode")} />
      <TextField label="Price (optional)" inputMode="decimal" {...field("price")} />
      <TextField label="Cost (optional)" inputMode="decimal" {...field("cost")} />
      <TextField label="On sale from (optional)" placeholder="YYYY-MM-DD" {...field("on_sale_from")} />
      <TextField
        label="On sale until (optional)"
        placeholder="YYYY-MM-DD"
        hint="It is not forecast beyond that day"
        {...field("on_sale_until")}
      />
      <TextField
        label="Sells like (optional)"
        placeholder="A product's code"
        hint="Whose beginning it is forecast by, while it is new"
        {...field("like_sku")}
      />
      <TextField
        label="Times as much (optional)"
        placeholder="1"
        inputMode="decimal"
        {...field("like_multiplier")}
      />
    </>
  );
}
