/** The columns of the planner's list: what lies there, what comes, how long it lasts, when and what to order. */
import type { Column } from "@/components/table/columns";
import type { Selection } from "@/components/table/useSelection";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import type { Word } from "@/components/ui/Term";
import { money, percent, units } from "@/lib/format";
import { Cover, type Decided, OrderBy, Risk, Stock, type Term, TermCell } from "./LineCells";

export const keyOf = (item: Decided) => `${item.sku} ${item.location}`;

export function columnsFor(
  selection: Selection<Decided> | null,
  onWhy: (item: Decided) => void,
): readonly Column<Decided>[] {
  const typed = (
    term: Term,
    label: string,
    word: Word,
    shown: (item: Decided) => string,
  ): Column<Decided> => ({
    id: term,
    label,
    term: word,
    width: 84,
    align: "right",
    from: "lg",
    text: shown,
    cell: (item) => (selection ? <TermCell key={keyOf(item)} item={item} term={term} /> : shown(item)),
  });
  return [
    {
      id: "product",
      label: "Product",
      width: 220,
      sort: { by: "name" },
      text: (item) => `${item.name} ${item.sku} ${item.location}`,
      cell: (item) => (
        <span className="flex items-center gap-2.5">
          {selection && (
            <input
              type="checkbox"
              aria-label={`Choose ${item.sku} at ${item.location}`}
              className="size-4 shrink-0 accent-accent"
              checked={selection.has(item)}
              onChange={() => selection.toggle(item)}
            />
          )}
          <span className="min-w-0">
            <ProductLink sku={item.sku} location={item.location} name={item.name} below={belowOf(item)} />
          </span>
        </span>
      ),
    },
    {
      id: "stock",
      label: "On hand",
      term: "on hand",
      width: 104,
      align: "right",
      sort: { by: "on_hand" },
      text: (item) => item.on_hand,
      cell: (item) => <Stock item={item} />,
    },
    {
      id: "cover",
      label: "Cover / lead time",
      term: "cover",
      width: 128,
      from: "sm",
      sort: { by: "cover" },
      text: (item) => item.days_of_cover,
      cell: (item) => <Cover item={item} />,
    },
    {
      id: "expected",
      label: "Expected",
      term: "expected",
      width: 96,
      align: "right",
      from: "md",
      text: (item) => item.expected_demand,
      cell: (item) => (
        <>
          {units(item.expected_demand)}
          {item.protected_days != null && (
            <span className="block text-meta text-ink-3">{`in ${units(item.protected_days)} d`}</span>
          )}
        </>
      ),
    },
    {
      id: "by",
      label: "Order by",
      width: 96,
      from: "sm",
      sort: { by: "order_by" },
      text: (item) => (item.quantity > 0 ? item.order_by : ""),
      cell: (item) => <OrderBy item={item} />,
    },
    {
      id: "risk",
      label: "May run out",
      term: "risk of a stock-out",
      width: 104,
      align: "right",
      from: "sm",
      sort: { by: "chance", first: "down" },
      text: (item) => item.stockout_risk,
      cell: (item) => <Risk item={item} />,
    },
    {
      id: "order",
      label: "To order",
      width: 100,
      align: "right",
      sort: { by: "value", first: "down" },
      text: (item) => item.quantity,
      cell: (item) =>
        item.quantity > 0 ? (
          <>
            <span className="font-semibold">{units(item.quantity)}</span>
            <span className="block text-meta text-ink-3">{money(item.order_value)}</span>
          </>
        ) : (
          <span className="text-ink-3">–</span>
        ),
    },
    typed("moq", "MOQ", "MOQ", (item) => units(item.moq)),
    typed("multiple", "Pack", "pack", (item) => units(item.multiple)),
    typed("service_level", "Service %", "service level", (item) => percent(item.service_level)),
    {
      id: "why",
      label: "Why",
      width: 66,
      align: "right",
      silent: true,
      cell: (item) => (
        <Button look="quiet" onClick={() => onWhy(item)} aria-label={`Why this quantity of ${item.sku}`}>
          Why
        </Button>
      ),
    },
  ];
}

const belowOf = (item: Decided) =>
  [item.sku, item.location, item.supplier, item.segment].filter(Boolean).join(" · ");
