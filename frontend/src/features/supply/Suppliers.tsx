import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { suppliersQuery } from "./queries";
import { SupplierDialog } from "./SupplierDialog";
import { Terms } from "./Terms";

type Supplier = Schemas["SupplierOut"];

/** From whom is bought: what each supplier states, what its receipts showed, and its products' terms. */
export function Suppliers() {
  const found = useQuery(suppliersQuery);
  const [edited, setEdited] = useState<Supplier | "new" | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const writes = may("planner");
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Card>
        <CardHead title="Suppliers" note="what they state, and what receipts showed">
          {writes && (
            <Button onClick={() => setEdited("new")}>
              <Plus size={14} aria-hidden /> New supplier
            </Button>
          )}
        </CardHead>
        {found.isError ? (
          <ErrorCard title="The suppliers" error={found.error} onRetry={() => void found.refetch()} />
        ) : !found.data ? (
          <SkeletonRows rows={4} />
        ) : found.data.length === 0 ? (
          <Empty title="No suppliers yet">
            A product needs terms that say from whom it is bought; then what to order is decided.
          </Empty>
        ) : (
          <Table
            label="Suppliers"
            head={
              <tr>
                <th scope="col">Supplier</th>
                <th scope="col" className="text-right max-sm:hidden">
                  Stated lead time
                </th>
                <th scope="col" className="text-right">
                  Lead time
                </th>
                <th scope="col" className="text-right max-sm:hidden">
                  Ordered every
                </th>
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            }
          >
            {found.data.map((supplier) => (
              <tr key={supplier.code} className={chosen === supplier.code ? "bg-accent-soft/40" : undefined}>
                <td className="sm:min-w-44">
                  <span className="font-medium">{supplier.name}</span>{" "}
                  {supplier.generated && <Badge>Generated</Badge>}
                  <span className="block text-meta text-ink-3">{supplier.code}</span>
                </td>
                <td className="text-right whitespace-nowrap max-sm:hidden">
                  {units(supplier.lead_days)} days
                  {Number(supplier.lead_spread_days) > 0 && (
                    <span className="text-ink-3"> ± {units(supplier.lead_spread_days)}</span>
                  )}
                </td>
                <td className="text-right whitespace-nowrap">
                  <span className="font-semibold">{units(supplier.lead_time.mean)} days</span>
                  <span className="block text-meta text-ink-3 max-sm:hidden">
                    {supplier.lead_time.source === "receipts"
                      ? `${units(supplier.lead_time.shortest)} to ${units(supplier.lead_time.longest)}, ${plural(supplier.lead_time.receipts, "receipt")}`
                      : `as stated, ${plural(supplier.lead_time.receipts, "receipt")} so far`}
                  </span>
                </td>
                <td className="text-right whitespace-nowrap max-sm:hidden">
                  {units(supplier.review_days)} days
                </td>
                <td className="text-right whitespace-nowrap">
                  <span className="inline-flex gap-2 max-sm:flex-col">
                    <Button
                      aria-pressed={chosen === supplier.code}
                      onClick={() => setChosen(chosen === supplier.code ? null : supplier.code)}
                      aria-label={`Terms of ${supplier.name}`}
                    >
                      Terms
                    </Button>
                    {writes && (
                      <Button onClick={() => setEdited(supplier)} aria-label={`Edit ${supplier.name}`}>
                        Edit
                      </Button>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Card>
      <Terms
        key={chosen}
        supplier={found.data?.find((supplier) => supplier.code === chosen)}
        onAll={() => setChosen(null)}
      />
      {edited && (
        <SupplierDialog supplier={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </div>
  );
}
