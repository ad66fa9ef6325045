import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { categoriesQuery, locationsQuery, suppliersQuery } from "@/api/queries";
import { Choice } from "@/components/ui/controls";
import { store, stored } from "@/lib/stored";
import { t } from "@/lib/texts";

const someKey = (facet: Facet) => `almanac-choice-of-${facet}`;

export const CLASSES = ["AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"] as const;

/** What a list is narrowed down to, as its address says. */
export interface Faceted {
  category?: string | undefined;
  supplier?: string | undefined;
  location?: string | undefined;
  segment?: (typeof CLASSES)[number] | undefined;
}
export type Facet = keyof Faceted;

interface Props {
  facets: readonly Facet[];
  value: Faceted;
  onChange: (change: Faceted) => void;
}

const EVERY = {
  category: t("Every category"),
  supplier: t("Every supplier"),
  location: t("Every location"),
  segment: t("Every class"),
} as const;

const WHICH = {
  category: t("Which category"),
  supplier: t("Which supplier"),
  location: t("Which location"),
  segment: t("Which class"),
} as const;

/** Choices of a list's head, each one of what there is; where there is but one of a kind, there is nothing to choose. */
export function Facets({ facets, value, onChange }: Props) {
  const asks = (facet: Facet) => facets.includes(facet);
  const categories = useQuery({ ...categoriesQuery, enabled: asks("category") });
  const suppliers = useQuery({ ...suppliersQuery, enabled: asks("supplier") });
  const locations = useQuery({ ...locationsQuery, enabled: asks("location") });
  const options: Record<Facet, { value: string; label: string }[]> = {
    category: (categories.data?.items ?? []).map(({ category }) => ({ value: category, label: category })),
    supplier: (suppliers.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
    location: (locations.data?.items ?? []).map(({ code, name }) => ({ value: code, label: name })),
    segment: CLASSES.map((segment) => ({ value: segment, label: t("Class {0}", segment) })),
  };
  const pending = { category: categories, supplier: suppliers, location: locations, segment: null };
  useEffect(() => {
    for (const facet of facets)
      if (!pending[facet]?.isPending) store(someKey(facet), options[facet].length >= 2);
  });
  return facets.map((facet) => {
    const chosen = value[facet];
    const known = options[facet];
    const waits = pending[facet]?.isPending ?? false;
    // What there was to choose from last time has its room before the answer is there.
    const some = waits ? stored(someKey(facet), false) : known.length >= 2;
    if (!some && chosen === undefined) return null;
    const missing = chosen !== undefined && !known.some((option) => option.value === chosen);
    return (
      <Choice
        key={facet}
        steady
        label={WHICH[facet]}
        value={chosen ?? ""}
        options={[
          { value: "", label: EVERY[facet] },
          ...known,
          ...(missing ? [{ value: chosen, label: chosen }] : []),
        ]}
        onChange={(next) => onChange({ [facet]: next || undefined } as Faceted)}
      />
    );
  });
}
