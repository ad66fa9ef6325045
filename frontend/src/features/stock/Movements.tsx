import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { Dialog } from "@/components/ui/Dialog";
import { Empty } from "@/components/ui/states";
import { instant, units, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import type { Goods } from "./MoveDialog";

type Movement = Schemas["MovementOut"];

/** Its sign said: what came, what left; a count is what lay there. */
function signed({ kind, quantity }: Movement): string {
  return kind !== "count" && Number(quantity) > 0 ? `+${units(quantity)}` : units(quantity);
}

const COLUMNS: readonly Column<Movement>[] = [
  {
    id: "at",
    label: t("When"),
    width: 150,
    file: "at",
    cell: (row) => instant(row.at),
  },
  {
    id: "kind",
    label: t("What"),
    width: 130,
    file: "kind",
    cell: (row) => (
      <>
        <span className="block font-medium">{words(row.kind)}</span>
        {row.reason && <span className="block truncate text-meta text-ink-3">{heard(row.reason)}</span>}
      </>
    ),
  },
  {
    id: "units",
    label: t("Units"),
    width: 80,
    align: "right",
    file: "quantity",
    cell: (row) => <span className="font-semibold">{signed(row)}</span>,
  },
  {
    id: "by",
    label: t("By"),
    width: 90,
    from: "sm",
    file: "actor",
    cell: (row) => <span className="text-ink-2">{row.actor}</span>,
  },
];

/** Everything that moved a product's stock at a location, newest first. */
export function Movements({ goods, onClose }: { goods: Goods; onClose: () => void }) {
  const { sku, location } = goods;
  return (
    <Dialog wide title={t("Movements of {0} at {1}", sku, location)} onClose={onClose}>
      <div className="flex max-h-[70dvh] flex-col overflow-hidden rounded-lg border border-line">
        <DataTable
          label={t("Movements")}
          name={`movements of ${sku}`}
          one="movement"
          fill
          columns={COLUMNS}
          rows={usePages("/api/stock/{sku}/movements", { path: { sku }, query: { location, limit: 100 } })}
          rowKey={(row) => row.id}
          empty={<Empty title={t("Nothing moved yet")} />}
        />
      </div>
    </Dialog>
  );
}
