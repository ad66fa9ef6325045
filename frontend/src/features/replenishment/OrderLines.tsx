import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { Empty, Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { count, money, parseNumber, plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { InputsDialog } from "./Inputs";
import { refusal, wholePacks } from "./logic";

type Order = Schemas["OrderOut"];
type Line = Schemas["LineOut"];
const SHOWN = 50;

interface Props {
  order: Order;
  onUnsaved: (count: number) => void;
}

/** The lines of an order, dearest first, a page at a time. */
export function OrderLines({ order, onUnsaved }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const [q, setQ] = useState("");
  const [why, setWhy] = useState<Line | null>(null);
  const [dirty, setDirty] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => onUnsaved(dirty.size), [dirty, onUnsaved]);
  const lines = useMemo(() => {
    const wanted = q.trim().toLowerCase();
    return order.lines
      .filter((line) => `${line.name} ${line.sku}`.toLowerCase().includes(wanted))
      .sort((a, b) => value(b) - value(a));
  }, [order.lines, q]);
  const mark = (key: string, changed: boolean) =>
    setDirty((before) => {
      if (before.has(key) === changed) return before;
      const next = new Set(before);
      if (changed) next.add(key);
      else next.delete(key);
      return next;
    });
  const open = order.status === "proposed" && may("planner");
  return (
    <>
      {order.lines.length > 10 && (
        <div className="border-b border-line px-4 py-2.5">
          <input
            type="search"
            aria-label="Filter lines"
            placeholder="Filter by name or code"
            value={q}
            onChange={(event) => setQ(event.target.value)}
            className="h-8 w-full max-w-72 rounded-md border border-control bg-panel px-2.5 placeholder:text-ink-3"
          />
        </div>
      )}
      {lines.length === 0 ? (
        <Empty title={`No line matches “${q}”`} />
      ) : (
        <Table
          label="Lines"
          head={
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="text-right">
                Quantity
              </th>
              <th scope="col" className="max-md:hidden">
                Packs
              </th>
              <th scope="col" className="text-right max-md:hidden">
                Cost
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                Value
              </th>
              {order.status !== "proposed" && (
                <th scope="col" className="text-right">
                  Received
                </th>
              )}
              <th scope="col">
                <span className="sr-only">Why</span>
              </th>
            </tr>
          }
        >
          {lines.slice(0, shown).map((line) => (
            <tr key={`${line.sku} ${line.location}`}>
              <td className="min-w-40">
                <Link
                  to="/products/$sku"
                  params={{ sku: line.sku }}
                  search={{ location: line.location }}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {line.name ?? line.sku}
                </Link>
                <span className="block text-meta text-ink-3">{`${line.sku} · ${line.location}`}</span>
              </td>
              <td className="text-right">
                {open ? (
                  <QuantityCell
                    key={line.quantity}
                    order={order.id}
                    line={line}
                    onDirty={(changed) => mark(`${line.sku} ${line.location}`, changed)}
                  />
                ) : (
                  <span className="font-semibold">{units(line.quantity)}</span>
                )}
              </td>
              <td className="whitespace-nowrap text-ink-2 max-md:hidden">{packsText(line)}</td>
              <td className="text-right text-ink-2 max-md:hidden">{money(line.unit_cost, "exact")}</td>
              <td className="text-right font-semibold max-sm:hidden">{money(value(line))}</td>
              {order.status !== "proposed" && (
                <td className="text-right whitespace-nowrap">
                  {units(line.received)}
                  <Missing line={line} closed={order.status === "received"} />
                </td>
              )}
              <td className="text-right">
                <Button
                  look="quiet"
                  onClick={() => setWhy(line)}
                  aria-label={`Why this quantity of ${line.sku}`}
                >
                  Why
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {lines.length > shown && (
        <div className="flex items-center gap-3 border-t border-line px-4 py-2.5 text-ink-2">
          <span>{`The dearest ${count(shown)} of ${count(lines.length)}`}</span>
          <Button onClick={() => setShown(shown + SHOWN * 2)}>Show more</Button>
        </div>
      )}
      {why && <InputsDialog sku={why.sku} location={why.location} onClose={() => setWhy(null)} />}
    </>
  );
}

/** What of a line is still to come, never came, or came beyond what was ordered. */
function Missing({ line, closed }: { line: Line; closed: boolean }) {
  const over = Number(line.over);
  const short = Number(line.quantity) - Number(line.received);
  if (over > 0) return <span className="block text-meta text-warn">{`${units(over)} over`}</span>;
  if (closed && short > 0)
    return <span className="block text-meta text-bad">{`${units(short)} never came`}</span>;
  if (Number(line.open) > 0 && Number(line.received) > 0)
    return <span className="block text-meta text-ink-3">{`${units(line.open)} open`}</span>;
  return null;
}

const value = (line: Line) => Number(line.quantity) * Number(line.unit_cost);

function packsText(line: Line): string {
  const pack = Number(line.multiple ?? 1);
  const least = Number(line.moq ?? 0);
  return `${pack === 1 ? "single units" : `packs of ${units(pack)}`}${least > pack ? `, at least ${units(least)}` : ""}`;
}

interface CellProps {
  order: string;
  line: Line;
  onDirty: (changed: boolean) => void;
}

/** Saved when left or with Enter; what is refused stays as typed, with the reason. */
function QuantityCell({ order, line, onDirty }: CellProps) {
  const client = useQueryClient();
  const stored = String(Number(line.quantity));
  const [typed, setTyped] = useState(stored);
  const change = useMutation({
    mutationFn: (quantity: string) =>
      data(
        api.PUT("/api/orders/{order_id}/lines", {
          params: { path: { order_id: order } },
          body: { sku: line.sku, location: line.location, quantity },
        }),
      ),
    onSuccess: (changed, quantity) => {
      client.setQueryData(keys.order(order), changed);
      void client.invalidateQueries({ queryKey: ["orders", "list"] });
      toast(
        Number(quantity) === 0
          ? `${line.sku} taken off.`
          : `${line.sku}: ${units(stored)} is now ${units(quantity)}.`,
      );
    },
  });
  const wrong = typed === stored ? null : refusal(typed, line);
  const said = wrong ?? (change.error ? asApiError(change.error).message : null);
  const set = (next: string) => {
    setTyped(next);
    onDirty(next !== stored);
  };
  const leave = () => {
    const quantity = parseNumber(typed);
    if (typed === stored || wrong || quantity === null || change.isPending) return;
    change.mutate(String(quantity), { onSuccess: () => onDirty(false) });
  };
  useEffect(() => () => onDirty(false), []);
  const rounded = wrong ? wholePacks(parseNumber(typed) ?? 0, line) : 0;
  return (
    <div className="ml-auto flex w-28 flex-col items-end gap-1">
      <input
        aria-label={`Quantity of ${line.sku}`}
        inputMode="decimal"
        value={typed}
        disabled={change.isPending}
        aria-invalid={said ? true : undefined}
        onChange={(event) => set(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === "Enter") leave();
          if (event.key === "Escape") set(stored);
        }}
        className="h-8 w-24 rounded-md border border-control bg-panel px-2.5 text-right font-semibold aria-invalid:border-bad"
      />
      {said && <p className="text-right text-meta text-bad">{said}</p>}
      {rounded > 0 && (
        <button
          type="button"
          className="text-meta text-accent underline"
          onClick={() => set(String(rounded))}
        >
          Use {plural(rounded, "unit")}
        </button>
      )}
    </div>
  );
}
