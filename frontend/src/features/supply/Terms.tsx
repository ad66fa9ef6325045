import { useState } from "react";
import type { Schemas } from "@/api/client";
import { type Column, roomFor } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Badge, Empty } from "@/components/ui/states";
import { money, percent, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import type { TermSearch } from "./Suppliers";
import { TermDialog } from "./TermDialog";

type Term = Schemas["TermOut"];
interface Props {
  search: TermSearch;
  onSearch: (change: TermSearch) => void;
  supplier: Schemas["SupplierOut"] | undefined;
}

const COLUMNS: readonly Column<Term>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 190,
    file: { Product: "name", Code: "sku", Location: "location" },
    cell: (term) => (
      <ProductLink
        sku={term.sku}
        location={term.location}
        name={term.name}
        below={
          <>
            {`${term.sku} · ${term.location ?? t("every location")}`}{" "}
            {term.generated && <Badge>{t("Generated")}</Badge>}
          </>
        }
      />
    ),
  },
  {
    id: "supplier",
    label: t("Supplier"),
    width: 120,
    from: "md",
    file: "supplier",
    cell: (term) => <span className="block truncate">{term.supplier}</span>,
  },
  {
    id: "cost",
    label: t("Cost"),
    width: 84,
    align: "right",
    file: "unit_cost",
    cell: (term) => money(term.unit_cost, "exact"),
  },
  {
    id: "moq",
    label: t("MOQ"),
    width: 64,
    align: "right",
    from: "sm",
    file: "moq",
    cell: (term) => (Number(term.moq) > 0 ? units(term.moq) : "–"),
  },
  {
    id: "pack",
    label: t("Pack"),
    width: 64,
    align: "right",
    from: "sm",
    file: "multiple",
    cell: (term) => units(term.multiple),
  },
  {
    id: "shelf",
    label: t("Shelf life"),
    width: 90,
    align: "right",
    from: "md",
    file: "shelf_life_days",
    cell: (term) => (term.shelf_life_days ? t("{0} {0:day/days}", units(term.shelf_life_days)) : "–"),
  },
  {
    id: "service",
    label: t("Service"),
    width: 90,
    align: "right",
    from: "sm",
    file: "service_level",
    cell: (term) => <span className="whitespace-nowrap">{service(term)}</span>,
  },
];

/** How each product is bought, of one supplier or of all. */
export function Terms({ search, onSearch, supplier }: Props) {
  const [edited, setEdited] = useState<Term | null>(null);
  const edit: Column<Term> = {
    id: "edit",
    label: t("Edit"),
    width: roomFor(t("Edit")),
    align: "right",
    silent: true,
    cell: (term) => (
      <Button onClick={() => setEdited(term)} aria-label={t("Edit the terms of {0}", term.sku)}>
        {t("Edit")}
      </Button>
    ),
  };
  return (
    <ListCard
      title={t("Terms")}
      note={supplier ? t("of {0}", supplier.name) : t("of every supplier, by code")}
      label={t("Terms")}
      one="term"
      columns={may("planner") ? [...COLUMNS, edit] : COLUMNS}
      rows={usePages("/api/supply-terms", { query: { supplier: search.supplier, q: search.q, limit: 100 } })}
      rowKey={(term) => `${term.sku} ${term.location}`}
      empty={
        <Empty title={search.q ? t("Nothing matches “{0}”", search.q) : t("No terms yet")}>
          {t("Open a product and say from whom it is bought.")}
        </Empty>
      }
      actions={
        <>
          {search.supplier && (
            <Button onClick={() => onSearch({ supplier: undefined })}>{t("Show all")}</Button>
          )}
          <SearchBox
            label={t("Filter terms")}
            value={search.q ?? ""}
            onChange={(q) => onSearch({ q: q || undefined })}
          />
        </>
      }
    >
      {edited && (
        <TermDialog
          sku={edited.sku}
          name={edited.name ?? edited.sku}
          term={edited}
          onClose={() => setEdited(null)}
        />
      )}
    </ListCard>
  );
}

function service(term: Term): string {
  if (term.service_level) return percent(term.service_level);
  return term.stockout_cost ? t("by cost") : t("by class");
}
