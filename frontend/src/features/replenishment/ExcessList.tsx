import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { Weighed } from "@/components/ui/Bar";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { money, units } from "@/lib/format";
import { t } from "@/lib/texts";
import type { ExcessSort, Search } from "./search";

type Excess = Schemas["Excess"];

const lasts = (item: Excess) =>
  item.days_of_cover === null ? t("not sold any more") : t("{0} {0:day/days}", units(item.days_of_cover));

const columnsFor = (most: number): readonly Column<Excess>[] => [
  {
    id: "product",
    sort: { by: "name" },
    label: t("Product"),
    width: 200,
    file: { Product: "name", Code: "sku", Location: "location", Supplier: "supplier", Class: "segment" },
    cell: (item) => <ProductLink sku={item.sku} location={item.location} name={item.name} />,
  },
  {
    id: "value",
    sort: { by: "excess", first: "down" },
    label: t("Too much"),
    term: "excess",
    width: 100,
    align: "right",
    file: "value",
    cell: (item) => <Weighed share={item.value / most}>{money(item.value)}</Weighed>,
  },
  {
    id: "excess",
    label: t("Units beyond"),
    width: 110,
    align: "right",
    file: "excess",
    cell: (item) => units(item.excess),
  },
  {
    id: "on_hand",
    sort: { by: "on_hand", first: "down" },
    label: t("On hand"),
    width: 90,
    align: "right",
    from: "sm",
    file: "on_hand",
    cell: (item) => units(item.on_hand),
  },
  {
    id: "up_to",
    label: t("Order up to"),
    term: "order-up-to",
    width: 100,
    align: "right",
    from: "sm",
    file: "order_up_to",
    cell: (item) => units(item.order_up_to),
  },
  {
    id: "lasts",
    sort: { by: "cover", first: "down" },
    label: t("Lasts"),
    term: "cover",
    width: 130,
    align: "right",
    from: "sm",
    file: { "Days of cover": "days_of_cover" },
    cell: lasts,
  },
];

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** Stock beyond the order-up-to level, the most money first unless it is sorted otherwise. */
export function ExcessList({ search, onSearch }: Props) {
  const { sort = "-excess", q, supplier, category, location, segment } = search;
  const facets = { supplier, category, location, segment };
  const rows = usePages("/api/excess", { query: { sort, q, ...facets, limit: 100 } }, { staleTime: 60_000 });
  const narrowed = q ?? supplier ?? category ?? location ?? segment;
  const most = Math.max(1, ...(rows.rows?.map((item) => item.value) ?? []));
  return (
    <ListCard
      title={t("Excess")}
      note={t("beyond the order-up-to level")}
      label={t("Excess stock")}
      one="product"
      columns={columnsFor(most)}
      rows={rows}
      rowKey={(item) => `${item.sku} ${item.location}`}
      sort={sort}
      onSort={(next) => onSearch({ sort: next as ExcessSort })}
      empty={
        narrowed ? (
          <Empty title={t("Nothing matches “{0}”", narrowed)}>{t("Another filter may find more.")}</Empty>
        ) : (
          <Empty title={t("No excess")}>{t("No product has more than its order-up-to level.")}</Empty>
        )
      }
      actions={
        <>
          <Facets
            facets={["supplier", "category", "location", "segment"]}
            value={facets}
            onChange={onSearch}
          />
          <SavedViews name="excess" search={{ sort: search.sort, q, ...facets }} onOpen={onSearch} />
          <SearchBox
            label={t("Filter excess")}
            value={q ?? ""}
            onChange={(text) => onSearch({ q: text || undefined })}
          />
        </>
      }
    />
  );
}
