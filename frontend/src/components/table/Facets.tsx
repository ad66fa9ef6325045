import { useQuery } from "@tanstack/react-query";
import { categoriesQuery, locationsQuery, suppliersQuery } from "@/api/queries";
import { Choice } from "@/components/ui/controls";

export const CLASSES = ["AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"] as const;

/** What a list is narrowed down to, as its address says. */
export interface Faceted {
  category?: string | undefined;
  supplier?: string | undefined;
  location?: string | undefined;
  segment?: string | undefined;
}
export type Facet = keyof Faceted;

interface Props {
  facets: readonly Facet[];
  value: Faceted;
  onChange: (change: Faceted) => void;
}

const EVERY = {
  category: "Every category",
  supplier: "Every supplier",
  location: "Every location",
  segment: "Every class",
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
    segment: CLASSES.map((segment) => ({ value: segment, label: `Class ${segment}` })),
  };
  return facets.map((facet) => {
    const chosen = value[facet];
    const known = options[facet];
    if (known.length < 2 && chosen === undefined) return null;
    const missing = chosen !== undefined && !known.some((option) => option.value === chosen);
    return (
      <Choice
        key={facet}
        label={`Which ${facet === "segment" ? "class" : facet}`}
        value={chosen ?? ""}
        options={[
          { value: "", label: EVERY[facet] },
          ...known,
          ...(missing ? [{ value: chosen, label: chosen }] : []),
        ]}
        onChange={(next) => onChange({ [facet]: next || undefined })}
      />
    );
  });
}
