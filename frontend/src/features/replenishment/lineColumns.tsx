/** The columns of the planner's list: what lies there, what comes, how long it lasts, when and what to order. */

import { type Column, roomFor } from "@/components/table/columns";
import type { Selection } from "@/components/table/useSelection";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import type { Word } from "@/components/ui/Term";
import { money, percent, units } from "@/lib/format";
import { t } from "@/lib/texts";
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
    file: term,
    cell: (item) => (selection ? <TermCell key={keyOf(item)} item={item} term={term} /> : shown(item)),
  });
  return [
    {
      id: "product",
      label: t("Product"),
      width: 220,
      sort: { by: "name" },
      file: { Product: "name", Code: "sku", Location: "location", Supplier: "supplier", Class: "segment" },
      cell: (item) => (
        <span className="flex items-center gap-2.5">
          {selection && (
            <input
              type="checkbox"
              aria-label={t("Choose {0} at {1}", item.sku, item.location)}
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
      label: t("On hand"),
      term: "on hand",
      width: 104,
      align: "right",
      sort: { by: "on_hand" },
      file: "on_hand",
      cell: (item) => <Stock item={item} />,
    },
    {
      id: "cover",
      label: t("Cover / lead time"),
      term: "cover",
      width: 128,
      from: "sm",
      sort: { by: "cover" },
      file: { "Days of cover": "days_of_cover", "Lead time": "lead_days" },
      cell: (item) => <Cover item={item} />,
    },
    {
      id: "expected",
      label: t("Expected"),
      term: "expected",
      width: 96,
      align: "right",
      from: "md",
      file: "expected_demand",
      cell: (item) => (
        <>
          {units(item.expected_demand)}
          {item.protected_days != null && (
            <span className="block text-meta text-ink-3">{t("in {0} d", units(item.protected_days))}</span>
          )}
        </>
      ),
    },
    {
      id: "by",
      label: t("Order by"),
      width: 96,
      from: "sm",
      sort: { by: "order_by" },
      file: "order_by",
      cell: (item) => <OrderBy item={item} />,
    },
    {
      id: "risk",
      label: t("May run out"),
      term: "risk of a stock-out",
      width: 104,
      align: "right",
      from: "sm",
      sort: { by: "chance", first: "down" },
      file: "stockout_risk",
      cell: (item) => <Risk item={item} />,
    },
    {
      id: "order",
      label: t("To order"),
      width: 100,
      align: "right",
      sort: { by: "value", first: "down" },
      file: { "To order": "quantity", "Order value": "order_value" },
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
    typed("moq", t("MOQ"), "MOQ", (item) => units(item.moq)),
    typed("multiple", t("Pack"), "pack", (item) => units(item.multiple)),
    typed("service_level", t("Service %"), "service level", (item) => percent(item.service_level)),
    {
      id: "why",
      label: t("Why"),
      width: roomFor(t("Why")),
      align: "right",
      silent: true,
      cell: (item) => (
        <Button look="quiet" onClick={() => onWhy(item)} aria-label={t("Why this quantity of {0}", item.sku)}>
          {t("Why")}
        </Button>
      ),
    },
  ];
}

const belowOf = (item: Decided) =>
  [item.sku, item.location, item.supplier, item.segment].filter(Boolean).join(" · ");
