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
import type { ExcessSort, Search } from "./search";

type Excess = Schemas["Excess"];

const lasts = (item: Excess) =>
  item.days_of_cover === null ? "not sold any more" : `${units(item.days_of_cover)} days`;

const columnsFor = (most: number): readonly Column<Excess>[] => [
  {
    id: "product",
    sort: { by: "name" },
    label: "Product",
    width: 200,
    text: (item) => `${item.name} ${item.sku} ${item.location}`,
    cell: (item) => <ProductLink sku={item.sku} location={item.location} name={item.name} />,
  },
  {
    id: "value",
    sort: { by: "excess", first: "down" },
    label: "Too much",
    term: "excess",
    width: 100,
    align: "right",
    text: (item) => item.value,
    cell: (item) => <Weighed share={item.value / most}>{money(item.value)}</Weighed>,
  },
  {
    id: "excess",
    label: "Units beyond",
    width: 110,
    align: "right",
    text: (item) => item.excess,
    cell: (item) => units(item.excess),
  },
  {
    id: "on_hand",
    sort: { by: "on_hand", first: "down" },
    label: "On hand",
    width: 90,
    align: "right",
    from: "sm",
    text: (item) => item.on_hand,
    cell: (item) => units(item.on_hand),
  },
  {
    id: "up_to",
    label: "Order up to",
    term: "order-up-to",
    width: 100,
    align: "right",
    from: "sm",
    text: (item) => item.order_up_to,
    cell: (item) => units(item.order_up_to),
  },
  {
    id: "lasts",
    sort: { by: "cover", first: "down" },
    label: "Lasts",
    term: "cover",
    width: 130,
    align: "right",
    from: "sm",
    text: lasts,
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
      title="Excess"
      note="beyond the order-up-to level"
      label="Excess stock"
      one="product"
      columns={columnsFor(most)}
      rows={rows}
      rowKey={(item) => `${item.sku} ${item.location}`}
      sort={sort}
      onSort={(next) => onSearch({ sort: next as ExcessSort })}
      empty={
        narrowed ? (
          <Empty title={`Nothing matches “${narrowed}”`}>Another filter may find more.</Empty>
        ) : (
          <Empty title="No excess">No product has more than its order-up-to level.</Empty>
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
            label="Filter excess"
            value={q ?? ""}
            onChange={(text) => onSearch({ q: text || undefined })}
          />
        </>
      }
    />
  );
}
