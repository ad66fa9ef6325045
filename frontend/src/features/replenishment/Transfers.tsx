import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import type { Rows } from "@/components/table/rows";
import { ProductLink } from "@/components/ui/ProductLink";
import { count, money, units } from "@/lib/format";
import { t } from "@/lib/texts";

type Transfer = Schemas["TransferOut"];

const COLUMNS: readonly Column<Transfer>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 140,
    file: { Product: "name", Code: "sku" },
    cell: (row) => <ProductLink sku={row.sku} location={row.to_location} name={row.name} />,
  },
  {
    id: "move",
    label: t("Move"),
    width: 190,
    file: { Units: "quantity", From: "from_location", To: "to_location", Wanted: "wanted" },
    cell: (row) => (
      <>
        <span className="font-semibold">{count(row.quantity)}</span>
        {t(" from {0} to {1}", row.from_location, row.to_location)}
        <span className="block text-meta text-ink-3">
          {row.quantity >= row.wanted
            ? t("instead of buying")
            : t("of {0} wanted there; the rest is bought", units(row.wanted))}
        </span>
      </>
    ),
  },
  {
    id: "saved",
    label: t("Not bought"),
    width: 100,
    from: "sm",
    align: "right",
    file: "saved",
    cell: (row) => money(row.saved),
  },
  {
    id: "risk",
    label: t("At risk there"),
    width: 110,
    align: "right",
    from: "sm",
    file: "at_risk",
    cell: (row) => money(row.at_risk),
  },
];

/** What lies too much at one location and is wanted at another; nothing where there is no such product. */
export function Transfers({ rows }: { rows: Rows<Transfer> }) {
  if (!rows.error && !rows.rows?.length) return null;
  return (
    <ListCard
      title={t("Move instead of buying")}
      note={t("no location goes below its own level; the proposals below do not count on it")}
      label={t("Transfers")}
      one="transfer"
      columns={COLUMNS}
      rows={rows}
      rowKey={(row) => `${row.sku} ${row.from_location} ${row.to_location}`}
      empty={null}
    />
  );
}
