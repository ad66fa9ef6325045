import { useState } from "react";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, Choice } from "@/components/ui/controls";
import { DayBox } from "@/components/ui/DayField";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Badge, Empty } from "@/components/ui/states";
import { instant, money, units, words } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Correct, Void } from "./Change";
import type { Search } from "./Ledger";
import { isOpen, KIND_NAMES, KINDS, type Sale, stateOf } from "./logic";

const KIND_CHOICE = [
  { value: "all", label: t("All kinds") },
  ...KINDS.map((kind) => ({ value: kind, label: KIND_NAMES[kind] })),
] as const;

type Change = (sale: Sale, what: "correct" | "void") => void;

const columnsFor = (onChange: Change): readonly Column<Sale>[] => [
  {
    id: "product",
    label: t("Product"),
    width: 150,
    file: "sku",
    cell: (sale) =>
      sale.sku ? (
        <ProductLink sku={sale.sku} location={sale.location} below={sale.location} />
      ) : (
        <span className="text-ink-3">{t("Unknown")}</span>
      ),
  },
  {
    id: "units",
    label: t("Units"),
    width: 76,
    align: "right",
    file: "quantity",
    cell: (sale) => <span className="font-semibold">{units(sale.quantity)}</span>,
  },
  {
    id: "amount",
    label: t("Amount"),
    width: 96,
    align: "right",
    from: "sm",
    file: "amount",
    cell: (sale) => money(sale.amount, "exact"),
  },
  {
    id: "sold",
    label: t("Sold"),
    width: 150,
    file: "sold_at",
    cell: (sale) => instant(sale.sold_at),
  },
  {
    id: "kind",
    label: t("Kind"),
    width: 96,
    from: "md",
    file: "kind",
    cell: (sale) => words(sale.kind),
  },
  {
    id: "source",
    label: t("Source"),
    width: 118,
    from: "lg",
    file: { Source: "source", Event: "event_id" },
    cell: (sale) => (
      <>
        <span className="block truncate">{sale.source}</span>
        <span className="block truncate text-meta text-ink-3">{sale.event_id}</span>
      </>
    ),
  },
  {
    id: "state",
    label: t("State"),
    width: 92,
    file: { "Replaced by": "superseded_by" },
    cell: (sale) => <Badge tone={stateOf(sale).tone}>{stateOf(sale).label}</Badge>,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 204,
    align: "right",
    from: "sm",
    silent: true,
    cell: (sale) =>
      isOpen(sale) &&
      may("planner") && (
        <span className="inline-flex gap-2">
          <Button onClick={() => onChange(sale, "correct")}>{t("Correct")}</Button>
          <Button look="danger" onClick={() => onChange(sale, "void")}>
            {t("Void")}
          </Button>
        </span>
      ),
  },
];

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** The ledger, newest first. */
export function Recorded({ search, onSearch }: Props) {
  const [changing, setChanging] = useState<{ sale: Sale; what: "correct" | "void" } | null>(null);
  const { view: _, ...filters } = search;
  const rows = usePages("/api/sales", { query: { ...filters, limit: 100 } });
  const filtered = Object.values(filters).some(Boolean);
  const close = () => setChanging(null);
  return (
    <ListCard
      title={t("Ledger")}
      note={t("newest first")}
      label={t("Ledger")}
      one="entry"
      many="entries"
      fill
      columns={columnsFor((sale, what) => setChanging({ sale, what }))}
      rows={rows}
      rowKey={(sale) => sale.id}
      tone={(sale) => !isOpen(sale) && "text-ink-3"}
      empty={
        filtered ? (
          <Empty title={t("No sale like that")}>{t("Another filter may find more.")}</Empty>
        ) : (
          <Empty title={t("No sales yet")}>{t("Import a file, or record a sale by hand.")}</Empty>
        )
      }
      actions={
        <>
          <SearchBox
            label={t("Product code")}
            placeholder={t("Product code")}
            value={search.sku ?? ""}
            onChange={(sku) => onSearch({ sku: sku || undefined })}
            className="w-40"
          />
          <SearchBox
            label={t("Location")}
            placeholder={t("Location")}
            value={search.location ?? ""}
            onChange={(location) => onSearch({ location: location || undefined })}
            className="w-36"
          />
          <Choice
            label={t("Which kinds")}
            value={search.kind ?? "all"}
            options={KIND_CHOICE}
            onChange={(kind) => onSearch({ kind: kind === "all" ? undefined : kind })}
          />
          <DayBox label={t("From the day")} value={search.from} onChange={(from) => onSearch({ from })} />
          <DayBox label={t("To the day")} value={search.to} onChange={(to) => onSearch({ to })} />
        </>
      }
    >
      {changing?.what === "correct" && <Correct sale={changing.sale} onClose={close} />}
      {changing?.what === "void" && <Void sale={changing.sale} onClose={close} />}
    </ListCard>
  );
}
