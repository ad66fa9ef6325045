import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { categoriesQuery, locationsQuery, suppliersQuery } from "@/api/queries";
import { Button, Choice } from "@/components/ui/controls";
import { LateChoice, type Offer } from "@/components/ui/LateChoice";
import { useMedia } from "@/lib/hooks";
import { t } from "@/lib/texts";

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
  /** Choices of the list's own that stand beside, and how many of them narrow it. */
  children?: ReactNode;
  narrowing?: number;
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

const offer = <Data,>(offered: Offer<Data>) => offered;
export const CATEGORIES = offer({
  query: categoriesQuery,
  options: ({ items }) => items.map(({ category }) => ({ value: category, label: category })),
});
const SUPPLIERS = offer({
  query: suppliersQuery,
  options: ({ items }) => items.map(({ code, name }) => ({ value: code, label: name })),
  named: true,
});
const LOCATIONS = offer({
  query: locationsQuery,
  options: ({ items }) => items.map(({ code, name }) => ({ value: code, label: name })),
  named: true,
});

const SEGMENTS = [
  { value: "", label: EVERY.segment },
  ...CLASSES.map((segment) => ({ value: segment, label: t("Class {0}", segment) })),
];

/** Choices of a list's head. On a phone they wait behind one button, which says how many narrow the list. */
export function Facets(props: Props) {
  const { facets, value, children, narrowing = 0 } = props;
  const phone = !useMedia("(min-width: 640px)");
  const [open, setOpen] = useState(false);
  if (!phone || facets.length === 1) return <Choices {...props} />;
  const set = narrowing + facets.filter((facet) => value[facet]).length;
  return (
    <>
      <Button aria-expanded={open} onClick={() => setOpen(!open)}>
        <SlidersHorizontal size={14} aria-hidden /> {t("Filters")}
        {set > 0 && ` · ${set}`}
      </Button>
      {open && <Choices {...props}>{children}</Choices>}
    </>
  );
}

/** What there is of a kind is read when somebody is about to choose: no list waits for it. */
function Choices({ facets, value, onChange, children }: Props) {
  const choices = facets.map((facet) => {
    const given = {
      label: WHICH[facet],
      none: EVERY[facet],
      value: value[facet] ?? "",
      onChange: (next: string) => onChange({ [facet]: next || undefined } as Faceted),
    };
    if (facet === "segment") return <Choice key={facet} steady {...given} options={SEGMENTS} />;
    if (facet === "category") return <LateChoice key={facet} {...given} {...CATEGORIES} />;
    if (facet === "supplier") return <LateChoice key={facet} {...given} {...SUPPLIERS} />;
    return <LateChoice key={facet} {...given} {...LOCATIONS} />;
  });
  return (
    <>
      {children}
      {choices}
    </>
  );
}
