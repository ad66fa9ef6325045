import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { suppliersQuery } from "@/api/queries";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { Badge, Empty } from "@/components/ui/states";
import { plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { SupplierDialog } from "./SupplierDialog";
import { Terms } from "./Terms";

type Supplier = Schemas["SupplierOut"];

export interface TermSearch {
  supplier?: string | undefined;
  q?: string | undefined;
}
interface Props {
  search: TermSearch;
  onSearch: (change: TermSearch) => void;
}

const learned = ({ lead_time: lead }: Supplier) =>
  lead.source === "receipts"
    ? t("{0} to {1}, {2}", units(lead.shortest), units(lead.longest), plural(lead.receipts, "receipt"))
    : t("as stated, {0} so far", plural(lead.receipts, "receipt"));

interface Acts {
  chosen: string | undefined;
  onTerms: (supplier: Supplier) => void;
  onEdit: ((supplier: Supplier) => void) | undefined;
}

const columnsFor = ({ chosen, onTerms, onEdit }: Acts): readonly Column<Supplier>[] => [
  {
    id: "supplier",
    label: t("Supplier"),
    width: 170,
    file: { Supplier: "name", Code: "code" },
    cell: (supplier) => (
      <>
        <span className="block truncate font-medium">{supplier.name}</span>
        <span className="block truncate text-meta text-ink-3">
          {supplier.code} {supplier.generated && <Badge>{t("Generated")}</Badge>}
        </span>
      </>
    ),
  },
  {
    id: "stated",
    label: t("Stated lead time"),
    width: 130,
    align: "right",
    from: "sm",
    file: "lead_days",
    cell: (supplier) => (
      <span className="whitespace-nowrap">
        {units(supplier.lead_days)} {t("days")}
        {Number(supplier.lead_spread_days) > 0 && (
          <span className="text-ink-3"> ± {units(supplier.lead_spread_days)}</span>
        )}
      </span>
    ),
  },
  {
    id: "lead",
    label: t("Lead time"),
    width: 150,
    align: "right",
    file: "lead_time.mean",
    cell: (supplier) => (
      <>
        <span className="font-semibold whitespace-nowrap">
          {t("{0} {0:day/days}", units(supplier.lead_time.mean))}
        </span>
        <span className="block text-meta text-ink-3">{learned(supplier)}</span>
      </>
    ),
  },
  {
    id: "review",
    label: t("Ordered every"),
    width: 110,
    align: "right",
    from: "sm",
    file: "review_days",
    cell: (supplier) => t("{0} {0:day/days}", units(supplier.review_days)),
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 140,
    align: "right",
    silent: true,
    cell: (supplier) => (
      <span className="inline-flex flex-wrap justify-end gap-2">
        <Button
          aria-pressed={chosen === supplier.code}
          onClick={() => onTerms(supplier)}
          aria-label={t("Terms of {0}", supplier.name)}
        >
          {t("Terms")}
        </Button>
        {onEdit && (
          <Button onClick={() => onEdit(supplier)} aria-label={t("Edit {0}", supplier.name)}>
            {t("Edit")}
          </Button>
        )}
      </span>
    ),
  },
];

/** From whom is bought: what each supplier states, what its receipts showed, and its products' terms. */
export function Suppliers({ search, onSearch }: Props) {
  const [edited, setEdited] = useState<Supplier | "new" | null>(null);
  const all = useQuery(suppliersQuery);
  const chosen = search.supplier;
  const writes = may("planner");
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <ListCard
        title={t("Suppliers")}
        note={t("what they state, and what receipts showed")}
        label={t("Suppliers")}
        one="supplier"
        columns={columnsFor({
          chosen,
          onTerms: ({ code }) => onSearch({ supplier: chosen === code ? undefined : code }),
          onEdit: writes ? setEdited : undefined,
        })}
        rows={usePages("/api/suppliers", { query: { limit: 100 } })}
        rowKey={(supplier) => supplier.code}
        tone={(supplier) => chosen === supplier.code && "bg-accent-soft/40"}
        empty={
          <Empty title={t("No suppliers yet")}>
            {t("A product needs terms that say from whom it is bought; then what to order is decided.")}
          </Empty>
        }
        actions={
          writes && (
            <Button onClick={() => setEdited("new")}>
              <Plus size={14} aria-hidden /> {t("New supplier")}
            </Button>
          )
        }
      />
      <Terms
        search={search}
        onSearch={onSearch}
        supplier={all.data?.items.find((supplier) => supplier.code === chosen)}
      />
      {edited && (
        <SupplierDialog supplier={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </div>
  );
}
