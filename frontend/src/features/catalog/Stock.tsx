import { useState } from "react";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { textColumn } from "@/components/table/textColumn";
import { Button, CheckBox } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Badge, Empty } from "@/components/ui/states";
import { AdjustDialog, CountDialog } from "@/features/stock/CountDialog";
import { Movements } from "@/features/stock/Movements";
import { ago, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import type { CatalogSearch } from "./search";

type Level = Schemas["StockOut"];
type Act = "count" | "adjust" | "movements";

const FIGURES: readonly Column<Level>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 190,
    file: { Product: "name", Code: "sku", Location: "location" },
    cell: (row) => <ProductLink sku={row.sku} location={row.location} name={row.name} />,
  },
  textColumn("sku", t("Code"), "sku", { width: 100, from: "xl", spare: true }),
  textColumn("location", t("Location"), "location", { width: 100, from: "lg", spare: true }),
  {
    id: "on_hand",
    label: t("On hand"),
    width: 96,
    align: "right",
    file: "on_hand",
    cell: (row) => (
      <>
        <span className="font-semibold">{units(row.on_hand)}</span>
        {Number(row.on_hand) < 0 && (
          <span className="block">
            <Badge tone="bad">{t("Count it")}</Badge>
          </span>
        )}
      </>
    ),
  },
  {
    id: "counted",
    label: t("Counted"),
    width: 120,
    align: "right",
    from: "sm",
    file: "counted",
    cell: (row) => (
      <>
        {units(row.counted)}
        <span className="block text-meta text-ink-3">{ago(row.counted_at)}</span>
      </>
    ),
  },
  {
    id: "moved",
    label: t("Moved since"),
    width: 100,
    align: "right",
    from: "md",
    file: "moved",
    cell: (row) => <span className="text-ink-2">{units(row.moved)}</span>,
  },
];

interface Props {
  search: CatalogSearch;
  onSearch: (change: CatalogSearch) => void;
}

/** What lies where: the last count and what moved since. */
export function Stock({ search, onSearch }: Props) {
  const [open, setOpen] = useState<{ level: Level | null; act: Act } | null>(null);
  const close = () => setOpen(null);
  const writes = may("planner");
  const rows = usePages("/api/stock", {
    query: {
      q: search.q,
      category: search.category,
      location: search.location,
      negative: search.negative || undefined,
      limit: 100,
    },
  });
  const show = (act: Act) => (level: Level) => setOpen({ level, act });
  const acts: Column<Level> = {
    id: "acts",
    label: t("Actions"),
    width: 80,
    align: "right",
    silent: true,
    cell: (row) => (
      <Button onClick={() => show("count")(row)} aria-label={t("Count {0} at {1}", row.sku, row.location)}>
        {t("Count")}
      </Button>
    ),
  };
  const more: Column<Level> = {
    id: "more",
    label: t("Actions"),
    width: writes ? 170 : 110,
    align: "right",
    ...(writes ? { from: "sm" } : {}),
    silent: true,
    cell: (row) => (
      <span className="inline-flex flex-wrap justify-end gap-2">
        {writes && (
          <Button
            onClick={() => show("adjust")(row)}
            aria-label={t("Adjust {0} at {1}", row.sku, row.location)}
          >
            {t("Adjust")}
          </Button>
        )}
        <Button
          look="quiet"
          onClick={() => show("movements")(row)}
          aria-label={t("Movements of {0} at {1}", row.sku, row.location)}
        >
          {t("Movements")}
        </Button>
      </span>
    ),
  };
  const keys = [
    { key: "c", does: t("count"), act: show("count") },
    { key: "a", does: t("adjust"), act: show("adjust") },
    { key: "m", does: t("movements"), act: show("movements") },
  ];
  const goods = open?.level ?? null;
  return (
    <ListCard
      title={t("Stock")}
      note={t("on hand: the last count and what moved since")}
      label={t("Stock")}
      name="stock levels"
      one="counted product"
      fill
      columns={[...FIGURES, acts, more]}
      rows={rows}
      rowKey={(row) => `${row.sku} ${row.location}`}
      keys={writes ? keys : keys.slice(2)}
      empty={
        search.q || search.negative ? (
          <Empty title={t("Nothing matches")}>
            {t("Try a part of its name or code, or show all stock.")}
          </Empty>
        ) : (
          <Empty title={t("Nothing was counted yet")}>
            {t("Count a product here, or bring in a file of counts under Imports.")}
          </Empty>
        )
      }
      actions={
        <>
          <CheckBox
            checked={search.negative ?? false}
            onChange={(only) => onSearch({ negative: only || undefined })}
          >
            {t("Below zero only")}
          </CheckBox>
          <Facets
            facets={["category", "location"]}
            value={{ category: search.category, location: search.location }}
            onChange={onSearch}
          />
          <SearchBox
            label={t("Filter stock")}
            value={search.q ?? ""}
            onChange={(q) => onSearch({ q: q || undefined })}
          />
          {writes && (
            <Button onClick={() => setOpen({ level: null, act: "count" })}>{t("Count a product")}</Button>
          )}
        </>
      }
    >
      {open?.act === "count" && <CountDialog goods={goods} onHand={goods?.on_hand} onClose={close} />}
      {open?.act === "adjust" && goods && (
        <AdjustDialog goods={goods} onHand={goods.on_hand} onClose={close} />
      )}
      {open?.act === "movements" && goods && <Movements goods={goods} onClose={close} />}
    </ListCard>
  );
}
