import { useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { TermPut } from "@/api/forms.gen";
import { Dialog } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";
import { EditForm } from "./EditForm";
import { type Field, TERM_FIELDS } from "./logic";
import { termsQuery } from "./queries";
import { SupplierField } from "./SupplierField";
import { useEdit } from "./useEdit";

type Term = Schemas["TermOut"];
const NEW = { supplier: "", moq: "0", multiple: "1", holding_rate: "0.2" };
const SUPPLIER: Field = { name: "supplier", label: t("Supplier"), text: true };
const ALL = [SUPPLIER, ...TERM_FIELDS];
const { sku: _, location: __, ...FIELDS } = TermPut;

interface Props {
  sku: string;
  name: string;
  term: Term | undefined;
  onClose: () => void;
}

/** From whom a product is bought and how; without terms: the first ones, for every location. */
export function TermDialog({ sku, name, term, onClose }: Props) {
  const client = useQueryClient();
  const location = term?.location ?? null;
  const edit = useEdit({
    fields: FIELDS,
    shown: ALL,
    kept: term,
    fresh: NEW,
    save: (values, revision = 0) =>
      data(api.PUT("/api/supply-terms", { body: { sku, location, revision, ...values } })),
    read: async () =>
      (await client.fetchQuery({ ...termsQuery(sku), staleTime: 0 })).items.find(
        (item) => item.location === location,
      ),
    stale: ["supply-terms", "replenishment", "orders"],
    said: t("Terms of {0} saved.", sku),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Terms of {0}", name)} onClose={onClose}>
      <EditForm edit={edit} fields={TERM_FIELDS} compared={ALL} onClose={onClose}>
        <div className="sm:col-span-2">
          <SupplierField
            label={t("Supplier for {0}", location ?? t("every location"))}
            {...edit.form.field("supplier")}
          />
        </div>
      </EditForm>
    </Dialog>
  );
}
