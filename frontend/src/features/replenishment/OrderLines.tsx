import { useEffect, useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import { type Column, roomFor } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { money, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { InputsDialog } from "./Inputs";
import { keyOf, type Line, matching } from "./logic";
import { QuantityCell } from "./QuantityCell";

interface Props {
  order: Schemas["OrderOut"];
  /** Which lines are shown, as the address says. */
  q: string;
  onQ: (q: string) => void;
  onUnsaved: (count: number) => void;
}

const FILTERED_FROM = 10;
const value = (line: Line) => Number(line.quantity) * Number(line.unit_cost);

/** The lines of an order, dearest first. What was typed and not saved yet stays, whatever is filtered or scrolled. */
export function OrderLines({ order, q, onQ, onUnsaved }: Props) {
  const [why, setWhy] = useState<Line | null>(null);
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => onUnsaved(typed.size), [typed, onUnsaved]);
  const lines = useMemo(() => matching(order.lines, q).sort((a, b) => value(b) - value(a)), [order.lines, q]);
  const set = (line: Line, text: string | null) =>
    setTyped((before) => {
      const next = new Map(before);
      if (text === null) next.delete(keyOf(line));
      else next.set(keyOf(line), text);
      return next;
    });
  const open = order.status === "proposed" && may("planner");
  const columns: Column<Line>[] = [
    PRODUCT,
    {
      id: "quantity",
      label: t("Quantity"),
      width: 124,
      align: "right",
      text: (line) => line.quantity,
      cell: (line) =>
        open ? (
          <>
            <QuantityCell
              order={order.id}
              line={line}
              typed={typed.get(keyOf(line))}
              onTyped={(text) => set(line, text)}
            />
            <Standing line={line} />
          </>
        ) : (
          <>
            <span className="font-semibold">{units(line.quantity)}</span>
            <Standing line={line} />
          </>
        ),
    },
    ...FIGURES,
    ...(order.status === "proposed" ? [] : [receivedOf(order.status === "received")]),
    {
      id: "why",
      label: t("Why"),
      width: roomFor(t("Why")),
      align: "right",
      silent: true,
      cell: (line) => (
        <Button
          look="quiet"
          onClick={() => setWhy(line)}
          aria-label={t("Why this quantity of {0}", line.sku)}
        >
          {t("Why")}
        </Button>
      ),
    },
  ];
  return (
    <div data-list className="contents">
      {order.lines.length > FILTERED_FROM && (
        <div className="border-b border-line px-4 py-2.5">
          <SearchBox label={t("Filter lines")} value={q} onChange={onQ} />
        </div>
      )}
      <DataTable
        label={t("Lines")}
        name="order lines"
        one="line"
        columns={columns}
        rows={here(lines)}
        rowKey={keyOf}
        empty={<Empty title={t("No line matches “{0}”", q)} />}
      />
      {why && <InputsDialog sku={why.sku} location={why.location} line={why} onClose={() => setWhy(null)} />}
    </div>
  );
}

const PRODUCT: Column<Line> = {
  id: "product",
  label: t("Product"),
  width: 190,
  text: (line) => `${line.name ?? ""} ${line.sku} ${line.location}`,
  cell: (line) => <ProductLink sku={line.sku} location={line.location} name={line.name} />,
};

/** Beside a quantity that is not the policy's own: whose it is. */
function Standing({ line }: { line: Line }) {
  const { needed, proposed } = line;
  if (line.edited_by)
    return (
      <span className="block text-meta text-accent">
        {t("by {0}, wanted {1}", line.edited_by, units(needed))}
      </span>
    );
  if (needed !== null && proposed !== null && Number(proposed) < Number(needed))
    return <span className="block text-meta text-warn">{t("budget, wanted {0}", units(needed))}</span>;
  return null;
}

const FIGURES: readonly Column<Line>[] = [
  {
    id: "packs",
    label: t("Packs"),
    width: 150,
    from: "md",
    text: (line) => line.multiple,
    cell: (line) => <span className="text-ink-2">{packsText(line)}</span>,
  },
  {
    id: "cost",
    label: t("Cost"),
    width: 84,
    align: "right",
    from: "md",
    text: (line) => line.unit_cost,
    cell: (line) => <span className="text-ink-2">{money(line.unit_cost, "exact")}</span>,
  },
  {
    id: "value",
    label: t("Value"),
    width: 90,
    align: "right",
    from: "sm",
    text: (line) => value(line).toFixed(2),
    cell: (line) => <span className="font-semibold">{money(value(line))}</span>,
  },
];

const receivedOf = (closed: boolean): Column<Line> => ({
  id: "received",
  label: t("Received"),
  width: 100,
  align: "right",
  text: (line) => line.received,
  cell: (line) => (
    <>
      {units(line.received)}
      <Missing line={line} closed={closed} />
    </>
  ),
});

/** What of a line is still to come, never came, or came beyond what was ordered. */
function Missing({ line, closed }: { line: Line; closed: boolean }) {
  const over = Number(line.over);
  const short = Number(line.quantity) - Number(line.received);
  if (over > 0) return <span className="block text-meta text-warn">{t("{0} over", units(over))}</span>;
  if (closed && short > 0)
    return <span className="block text-meta text-bad">{t("{0} never came", units(short))}</span>;
  if (Number(line.open) > 0 && Number(line.received) > 0)
    return <span className="block text-meta text-ink-3">{t("{0} open", units(line.open))}</span>;
  return null;
}

function packsText(line: Line): string {
  const pack = Number(line.multiple ?? 1);
  const least = Number(line.moq ?? 0);
  return `${pack === 1 ? t("single units") : t("packs of {0}", units(pack))}${least > pack ? t(", at least {0}", units(least)) : ""}`;
}
