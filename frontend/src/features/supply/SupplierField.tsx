import { useQuery } from "@tanstack/react-query";
import { suppliersQuery } from "@/api/queries";
import type { FieldProps } from "@/components/form/useForm";
import { SelectField } from "@/components/ui/controls";
import { t } from "@/lib/texts";

/** One of the suppliers. */
export function SupplierField({ label, ...field }: FieldProps & { label: string }) {
  const suppliers = useQuery(suppliersQuery);
  return (
    <SelectField label={label} {...field}>
      <option value="" disabled>
        {suppliers.isPending ? t("Loading") : t("Choose")}
      </option>
      {suppliers.data?.items.map((item) => (
        <option key={item.code} value={item.code}>
          {`${item.name} (${item.code})`}
        </option>
      ))}
    </SelectField>
  );
}
