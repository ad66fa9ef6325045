import { api, data } from "@/api/client";
import { TermChanges } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { optional } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { SupplierField } from "@/features/supply/SupplierField";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Decided, TERMS_STALE } from "./LineCells";

const FIELDS = {
  supplier: optional(TermChanges.supplier),
  moq: optional(TermChanges.moq),
  multiple: optional(TermChanges.multiple),
  service_level: optional(TermChanges.service_level),
  shelf_life_days: optional(TermChanges.shelf_life_days),
  holding_rate: optional(TermChanges.holding_rate),
};
const EMPTY = {
  supplier: "",
  moq: "",
  multiple: "",
  service_level: "",
  shelf_life_days: "",
  holding_rate: "",
};

interface Props {
  chosen: readonly Decided[];
  onClose: () => void;
  onDone: () => void;
}

/** The same terms for many products: what is left empty stays as it is in each of them. */
export function BulkTerms({ chosen, onClose, onDone }: Props) {
  const form = useForm({
    fields: FIELDS,
    start: EMPTY,
    send: (values) =>
      data(
        api.PATCH("/api/supply-terms", {
          body: {
            items: chosen.map(({ sku, location }) => ({ sku, location })),
            changes: Object.fromEntries(
              Object.entries(values).filter(([, value]) => value !== null),
            ) as never,
          },
        }),
      ),
    stale: TERMS_STALE,
    said: ({ changed }) => t("Terms of {0} changed. They are decided anew.", plural(changed, "product")),
    onDone: () => {
      onClose();
      onDone();
    },
  });
  const says = Object.values(form.typed).some((typed) => typed.trim() !== "");
  return (
    <Dialog title={t("Terms of {0}", plural(chosen.length, "product"))} onClose={onClose}>
      <Form form={form} does={t("Change")} doing={t("Changing")} onCancel={onClose} ready={says} columns>
        <p className="text-ink-2 sm:col-span-2">
          {t(
            "What is left empty stays as it is in each. Terms for every location change for every location.",
          )}
        </p>
        <SupplierField label={t("Supplier")} {...form.field("supplier")} />
        <TextField label={t("Least order (MOQ)")} inputMode="decimal" {...form.field("moq")} />
        <TextField label={t("Pack of … units")} inputMode="decimal" {...form.field("multiple")} />
        <TextField label={t("Service level in %")} inputMode="decimal" {...form.field("service_level")} />
        <TextField label={t("Shelf life in days")} inputMode="decimal" {...form.field("shelf_life_days")} />
        <TextField
          label={t("Holding cost in % a year")}
          inputMode="decimal"
          {...form.field("holding_rate")}
        />
      </Form>
    </Dialog>
  );
}
