import { api, data, type Schemas } from "@/api/client";
import { ProductIn, ProductPatch } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type FieldProps, useForm } from "@/components/form/useForm";
import { useShared } from "@/components/form/useShared";
import { TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { typedNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";

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
  replaces_sku: "",
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
    send: (body) =>
      data(
        api.POST("/api/products", {
          body: { ...body, archived: false, attributes: {}, may_oversell: false },
        }),
      ),
    stale: STALE,
    said: (made, given) =>
      t(
        "{0} is a product now{1}.",
        made.name,
        given.stock === null ? "" : t(", {0} on hand", units(given.stock)),
      ),
    onDone: (made) => {
      onClose();
      onDone?.(made);
    },
  });
  return (
    <Dialog title={t("New product")} onClose={onClose}>
      <Form form={form} does={t("Create")} doing={t("Creating")} onCancel={onClose} columns>
        <TextField
          label={t("Code")}
          hint={t("As tills and files name it; it stays")}
          {...form.field("sku")}
        />
        <ProductFields field={form.field} />
        <TextField label={t("On hand now (optional)")} inputMode="decimal" {...form.field("stock")} />
        <TextField label={t("Counted at location")} {...form.field("location")} />
      </Form>
    </Dialog>
  );
}

/** Changes what is typed and nothing else; a quicker change of somebody else is refused, not overwritten. */
export function EditProduct({ product, onClose }: { product: Product; onClose: () => void }) {
  const path = { key: product.sku };
  const form = useShared({
    fields: ProductPatch,
    kept: product,
    textsOf: (kept) => ({
      name: kept?.name ?? "",
      category: kept?.category ?? "",
      barcode: kept?.barcode ?? "",
      price: typedNumber(kept?.price),
      cost: typedNumber(kept?.cost),
      on_sale_from: kept?.on_sale_from ?? "",
      on_sale_until: kept?.on_sale_until ?? "",
      like_sku: kept?.like_sku ?? "",
      replaces_sku: kept?.replaces_sku ?? "",
      like_multiplier: typedNumber(kept?.like_multiplier),
    }),
    labels: LABELS,
    save: (values, revision = 0) =>
      data(api.PATCH("/api/products/{key}", { params: { path }, body: { ...values, revision } })),
    read: () => data(api.GET("/api/products/{key}", { params: { path } })),
    stale: STALE,
    said: (saved) => t("{0} saved.", saved.name),
    onDone: onClose,
    onClose,
  });
  return (
    <Dialog title={t("Product {0}", product.sku)} onClose={onClose}>
      <Form form={form} does={t("Save")} doing={t("Saving")} onCancel={onClose} columns end={form.theirs}>
        <ProductFields field={form.field} />
      </Form>
    </Dialog>
  );
}

/** What the fields are called where their change is told. */
const LABELS = {
  name: t("Name"),
  category: t("Category"),
  barcode: t("Barcode"),
  price: t("Price"),
  cost: t("Cost"),
  on_sale_from: t("On sale from"),
  on_sale_until: t("On sale until"),
  like_sku: t("Sells like"),
  replaces_sku: t("Replaces"),
  like_multiplier: t("Times as much"),
};

function ProductFields({ field }: { field: (name: keyof typeof EMPTY) => FieldProps }) {
  return (
    <>
      <TextField label={t("Name")} {...field("name")} />
      <TextField label={t("Category (optional)")} {...field("category")} />
      <TextField label={t("Barcode (optional)")} {...field("barcode")} />
      <TextField label={t("Price (optional)")} inputMode="decimal" {...field("price")} />
      <TextField label={t("Cost (optional)")} inputMode="decimal" {...field("cost")} />
      <DayField label={t("On sale from (optional)")} {...field("on_sale_from")} />
      <DayField
        label={t("On sale until (optional)")}
        hint={t("It is not forecast beyond that day")}
        {...field("on_sale_until")}
      />
      <TextField
        label={t("Sells like (optional)")}
        placeholder={t("A product's code")}
        hint={t("Whose beginning it is forecast by, while it is new")}
        {...field("like_sku")}
      />
      <TextField
        label={t("Times as much (optional)")}
        placeholder="1"
        inputMode="decimal"
        {...field("like_multiplier")}
      />
      <TextField
        label={t("Replaces (optional)")}
        placeholder={t("A product's code")}
        hint={t("Whose history is its own from its first day on")}
        {...field("replaces_sku")}
      />
    </>
  );
}
