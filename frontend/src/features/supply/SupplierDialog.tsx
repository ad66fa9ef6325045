import { useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { SupplierIn } from "@/api/forms.gen";
import { suppliersQuery } from "@/api/queries";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";
import { EditForm } from "./EditForm";
import { type Field, SUPPLIER_FIELDS } from "./logic";
import { useEdit } from "./useEdit";

type Supplier = Schemas["SupplierOut"];
const CODE: Field = { name: "code", label: t("Code"), text: true };
const NEW = { code: "", name: "", lead_days: "14", lead_spread_days: "0", review_days: "7" };

/** A supplier's name and the lead time it states; without one: a new supplier. */
export function SupplierDialog({ supplier, onClose }: { supplier: Supplier | null; onClose: () => void }) {
  const client = useQueryClient();
  const edit = useEdit({
    fields: SupplierIn,
    shown: [CODE, ...SUPPLIER_FIELDS],
    kept: supplier ?? undefined,
    fresh: NEW,
    save: (body, revision) =>
      revision === undefined
        ? data(api.POST("/api/suppliers", { body }))
        : data(api.PUT("/api/suppliers", { body: { ...body, revision } })),
    read: async () =>
      (await client.fetchQuery({ ...suppliersQuery, staleTime: 0 })).items.find(
        (item) => item.code === supplier?.code,
      ),
    stale: ["suppliers", "replenishment", "orders"],
    said: t("Supplier saved."),
    onDone: onClose,
  });
  return (
    <Dialog title={supplier ? t("Supplier {0}", supplier.code) : t("New supplier")} onClose={onClose}>
      <EditForm edit={edit} fields={SUPPLIER_FIELDS} onClose={onClose}>
        {!supplier && (
          <div className="sm:col-span-2">
            <TextField label={t("Code")} {...edit.form.field("code")} />
          </div>
        )}
      </EditForm>
    </Dialog>
  );
}
