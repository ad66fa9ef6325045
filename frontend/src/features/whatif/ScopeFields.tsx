import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { categoriesQuery, suppliersQuery } from "@/api/queries";
import { CLASSES } from "@/components/table/Facets";
import { SelectField } from "@/components/ui/controls";
import { Places } from "@/features/promotions/Places";
import { Products } from "@/features/promotions/Products";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
import { askedScope, type Kind, type Scope } from "./scenario";
import { scopeQuery } from "./useScenario";

interface Props {
  scope: Scope;
  onChange: (scope: Scope) => void;
  error: string | undefined;
}

/** Which products a scenario is of, and where. */
export function ScopeFields({ scope, onChange, error }: Props) {
  const id = useId();
  const known = useQuery(scopeQuery(scope.by === "skus" ? undefined : askedScope(scope)));
  return (
    <div className="grid gap-3">
      <SelectField
        label={t("Of which products")}
        value={scope.by}
        onChange={({ target }) => onChange({ ...scope, by: target.value as Kind })}
        {...(scope.by === "skus" ? {} : { hint: known.data && plural(known.data.skus.length, "product") })}
      >
        <option value="skus">{t("Some, by name or code")}</option>
        <option value="category">{t("A category")}</option>
        <option value="supplier">{t("A supplier's")}</option>
        <option value="segment">{t("A class")}</option>
      </SelectField>
      {scope.by === "skus" ? (
        <div>
          <Products
            skus={scope.skus}
            none={t("None yet: find some, or add a category.")}
            onChange={(skus) => onChange({ ...scope, skus })}
          />
          {error && (
            <p id={id} className="pt-1 text-sec text-bad">
              {error}
            </p>
          )}
        </div>
      ) : (
        <Named scope={scope} by={scope.by} onChange={onChange} error={error} />
      )}
      <Places codes={scope.locations} onChange={(locations) => onChange({ ...scope, locations })} />
    </div>
  );
}

const WHICH = {
  category: t("Which category"),
  supplier: t("Which supplier"),
  segment: t("Which class"),
} as const;

function Named({ scope, by, onChange, error }: Props & { by: Exclude<Kind, "skus"> }) {
  const categories = useQuery({ ...categoriesQuery, enabled: by === "category" });
  const suppliers = useQuery({ ...suppliersQuery, enabled: by === "supplier" });
  const options = {
    category: (categories.data?.items ?? []).map(({ category }) => ({ value: category, label: category })),
    supplier: (suppliers.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
    segment: CLASSES.map((segment) => ({ value: segment, label: t("Class {0}", segment) })),
  }[by];
  const chosen = scope[by];
  return (
    <SelectField
      label={WHICH[by]}
      value={chosen}
      error={error}
      onChange={({ target }) => onChange({ ...scope, [by]: target.value })}
    >
      <option value="" disabled>
        {t("Choose")}
      </option>
      {chosen !== "" && !options.some(({ value }) => value === chosen) && (
        <option value={chosen}>{chosen}</option>
      )}
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}
