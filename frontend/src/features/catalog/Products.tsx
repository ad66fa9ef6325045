import { Plus } from "lucide-react";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { type Column, roomFor } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { textColumn } from "@/components/table/textColumn";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Badge, Empty } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, day, money, percent } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { EditProduct, NewProduct } from "./ProductDialog";
import type { CatalogSearch, ProductSort, Status } from "./search";

type Product = Schemas["ProductOut"];
const STALE = ["products", "forecast", "replenishment"] as const;

const STATES: readonly { value: Status; label: string }[] = [
  { value: "active", label: t("Sold") },
  { value: "archived", label: t("Archived") },
  { value: "all", label: t("All") },
];

const FIGURES: readonly Column<Product>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 200,
    sort: { by: "name" },
    file: "name",
    cell: (row) => <ProductLink sku={row.sku} name={row.name} below={<Below product={row} />} />,
  },
  textColumn("sku", t("Code"), "sku", { width: 100, from: "xl", spare: true, sort: { by: "sku" } }),
  textColumn("category", t("Category"), "category", { width: 130, from: "sm" }),
  price(t("Price"), "price"),
  price(t("Cost"), "cost"),
  {
    id: "margin",
    label: t("Margin"),
    width: 84,
    align: "right",
    from: "lg",
    cell: (row) => <span className="text-ink-2">{margin(row) ?? "–"}</span>,
  },
  textColumn("barcode", t("Barcode"), "barcode", { width: 130, from: "xl" }),
  {
    id: "updated",
    label: t("Changed"),
    width: 100,
    from: "lg",
    sort: { by: "updated", first: "down" },
    file: "updated_at",
    cell: (row) => <span className="text-ink-2">{ago(row.updated_at)}</span>,
  },
];

function price(label: string, field: "price" | "cost"): Column<Product> {
  return {
    id: field,
    label,
    width: 84,
    align: "right",
    file: field,
    cell: (row) => (row[field] == null ? <span className="text-ink-3">–</span> : money(row[field], "exact")),
  };
}

/** What of the price is left once it is bought. */
function margin({ price, cost }: Product): string | null {
  if (price == null || cost == null || Number(price) <= 0) return null;
  return percent(1 - Number(cost) / Number(price));
}

function Below({ product }: { product: Product }) {
  const { on_sale_from: from, on_sale_until: until } = product;
  return (
    <>
      {product.sku}
      {from && t(" · from {0}", day(from))}
      {until && t(" · until {0}", day(until))} {product.archived && <Badge>{t("Archived")}</Badge>}
    </>
  );
}

interface Props {
  search: CatalogSearch;
  onSearch: (change: CatalogSearch) => void;
  onOpen: (sku: string) => void;
}

/** What the shop sells, sold once, or will sell. */
export function Products({ search, onSearch, onOpen }: Props) {
  const [edited, setEdited] = useState<Product | "new" | null>(null);
  const writes = may("planner");
  const sort = search.sort ?? "name";
  const status = search.status ?? "active";
  const rows = usePages("/api/products", {
    query: { q: search.q, category: search.category, status, sort, limit: 100 },
  });
  const acts: readonly Column<Product>[] = [
    {
      id: "acts",
      label: t("Actions"),
      width: roomFor(t("Edit")),
      align: "right",
      silent: true,
      cell: (row) => (
        <Button onClick={() => setEdited(row)} aria-label={t("Edit {0}", row.sku)}>
          {t("Edit")}
        </Button>
      ),
    },
    {
      id: "sold",
      label: t("Actions"),
      width: Math.max(roomFor(t("Archive")), roomFor(t("Sell again"))),
      align: "right",
      from: "sm",
      silent: true,
      cell: (row) => (row.archived ? <Restore product={row} /> : <Archive product={row} />),
    },
  ];
  return (
    <ListCard
      title={t("Products")}
      label={t("Catalog of products")}
      one="product"
      fill
      columns={writes ? [...FIGURES, ...acts] : FIGURES}
      rows={rows}
      rowKey={(row) => row.sku}
      sort={sort}
      onSort={(next) => onSearch({ sort: next as ProductSort })}
      onOpen={(row) => onOpen(row.sku)}
      keys={writes ? [{ key: "e", does: t("edit"), act: setEdited }] : []}
      empty={
        <Empty title={search.q ? t("No product matches “{0}”", search.q) : t("No products here")}>
          {t("Create one, or bring in a file of products under Imports.")}
        </Empty>
      }
      actions={
        <>
          <Segmented
            label={t("Which products")}
            value={status}
            options={STATES}
            onChange={(value) => onSearch({ status: value === "active" ? undefined : value })}
          />
          <Facets facets={["category"]} value={{ category: search.category }} onChange={onSearch} />
          <SearchBox
            label={t("Filter products")}
            value={search.q ?? ""}
            onChange={(q) => onSearch({ q: q || undefined })}
          />
          {writes && (
            <Button look="primary" onClick={() => setEdited("new")}>
              <Plus size={14} aria-hidden /> {t("New product")}
            </Button>
          )}
        </>
      }
    >
      {edited === "new" && <NewProduct onClose={() => setEdited(null)} />}
      {edited && edited !== "new" && <EditProduct product={edited} onClose={() => setEdited(null)} />}
    </ListCard>
  );
}

const archived = (sku: string, value: boolean) =>
  data(
    api.PATCH("/api/products/{key}", { params: { path: { key: sku } }, body: { archived: value } as never }),
  );

function Archive({ product }: { product: Product }) {
  const back = useAct({
    send: () => archived(product.sku, false),
    stale: STALE,
    said: () => t("{0} is sold again.", product.name),
    refusedAloud: true,
  });
  return (
    <ConfirmButton
      label={t("Archive")}
      name={t("Archive {0}", product.sku)}
      title={t("Archive {0}", product.name)}
      does={t("Archive")}
      send={() => data(api.DELETE("/api/products/{key}", { params: { path: { key: product.sku } } }))}
      stale={STALE}
      said={() => t("{0} is archived.", product.name)}
      undo={() => ({ label: t("Undo"), act: () => back.mutate() })}
    >
      {t(
        "It is not forecast or ordered any more. Its sales and its history stay, and it can be sold again. While there is stock of it, it cannot be archived.",
      )}
    </ConfirmButton>
  );
}

function Restore({ product }: { product: Product }) {
  const act = useAct({
    send: () => archived(product.sku, false),
    stale: STALE,
    said: () => t("{0} is sold again.", product.name),
    refusedAloud: true,
  });
  return (
    <Button
      disabled={act.isPending}
      onClick={() => act.mutate()}
      aria-label={t("Sell {0} again", product.sku)}
    >
      {t("Sell again")}
    </Button>
  );
}
