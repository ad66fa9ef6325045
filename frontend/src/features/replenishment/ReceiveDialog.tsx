import { useMemo, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { parseNumber, plural, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { keyOf, type Line, matching, receiving } from "./logic";

const STALE = ["orders", "receipts", "stock", "replenishment", "excess", "attention"] as const;
const FILTERED_FROM = 10;

interface Props {
  order: Schemas["OrderOut"];
  onClose: () => void;
}

/**
 * What came of an order: the rest stays on order, and more than was ordered has to be said. It is no form: Enter in a
 * field receives nothing, since a receipt cannot be taken back; only the button does, which stands beside its numbers.
 */
export function ReceiveDialog({ order, onClose }: Props) {
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(
    () => new Map(order.lines.map((line) => [keyOf(line), String(Number(line.open))])),
  );
  const [note, setNote] = useState("");
  const [over, setOver] = useState(false);
  const [q, setQ] = useState("");
  const found = receiving(order.lines.map((line) => ({ line, typed: typed.get(keyOf(line)) ?? "" })));
  const lines = useMemo(() => matching(order.lines, q), [order.lines, q]);
  const set = (line: Line, value: string) => setTyped((before) => new Map(before).set(keyOf(line), value));
  const all = (value: (line: Line) => string) =>
    setTyped(new Map(order.lines.map((line) => [keyOf(line), value(line)])));
  const body = {
    order_id: order.id,
    reference: note.trim() || null,
    over_delivery: over,
    items: found.came.map(({ line, quantity }) => ({
      sku: line.sku,
      location: line.location,
      quantity: String(quantity),
    })),
  };
  const key = useRequestKey(body);
  const receive = useAct({
    send: () => data(api.POST("/api/receipts", { params: { header: { "idempotency-key": key() } }, body })),
    stale: STALE,
    said: () => {
      const rest = found.rest > 0 ? ` ${units(found.rest)} stay on order.` : "";
      return `${units(found.total)} units from ${order.supplier} received.${rest}`;
    },
    onDone: onClose,
  });
  const ready = found.came.length > 0 && !found.wrong && (found.more === 0 || over);
  return (
    <Dialog wide title={`What came from ${order.supplier}`} onClose={onClose}>
      <div className="grid gap-3" data-list>
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-56 max-sm:w-full">
            <TextField
              label="Delivery note (optional)"
              hint="Taken once: typed twice, it is refused"
              maxLength={200}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </div>
          <div className="ml-auto flex flex-wrap gap-2 self-start sm:pt-5">
            {order.lines.length > FILTERED_FROM && (
              <SearchBox label="Filter lines" value={q} onChange={setQ} className="w-48" />
            )}
            <Button onClick={() => all((line) => String(Number(line.open)))}>All that is open</Button>
            <Button onClick={() => all(() => "0")}>None</Button>
          </div>
        </div>
        <div className="flex max-h-[46dvh] flex-col overflow-hidden rounded-lg border border-line">
          <DataTable
            label="Lines that came"
            plain
            fill
            columns={columnsFor((line) => typed.get(keyOf(line)) ?? "", set)}
            rows={here(lines)}
            rowKey={keyOf}
            empty={<Empty title={`No line matches “${q}”`} />}
          />
        </div>
        {found.more > 0 && <MoreCame more={found.more} over={over} onOver={setOver} />}
        <Problem error={receive.error} />
        <DialogEnd
          note={
            found.came.length > 0
              ? `${units(found.total)} units on ${plural(found.came.length, "line")}; ${
                  found.rest > 0 ? `${units(found.rest)} stay on order` : "nothing stays on order"
                }.`
              : "Nothing came."
          }
        >
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!ready || receive.isPending} onClick={() => receive.mutate()}>
            {receive.isPending ? "Receiving" : "Receive"}
          </Button>
        </DialogEnd>
      </div>
    </Dialog>
  );
}

interface MoreProps {
  more: number;
  over: boolean;
  onOver: (over: boolean) => void;
}

function MoreCame({ more, over, onOver }: MoreProps) {
  return (
    <label className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2">
      <input
        type="checkbox"
        className="mt-0.5 size-4 accent-accent"
        checked={over}
        onChange={(event) => onOver(event.target.checked)}
      />
      <span>
        <strong className="font-medium text-warn">{`${units(more)} more than is open`}</strong>
        <span className="text-ink-2">. It came like this: take in all of it.</span>
      </span>
    </label>
  );
}

const columnsFor = (
  typed: (line: Line) => string,
  onTyped: (line: Line, text: string) => void,
): readonly Column<Line>[] => [
  {
    id: "product",
    label: "Product",
    width: 170,
    cell: (line) => (
      <>
        <span className="block truncate font-medium">{line.name ?? line.sku}</span>
        <span className="block truncate text-meta text-ink-3">{`${line.sku} · ${line.location}`}</span>
      </>
    ),
  },
  {
    id: "ordered",
    label: "Ordered",
    width: 80,
    align: "right",
    from: "sm",
    cell: (line) => <span className="text-ink-2">{units(line.quantity)}</span>,
  },
  { id: "open", label: "Open", width: 70, align: "right", cell: (line) => units(line.open) },
  {
    id: "came",
    label: "Came now",
    width: 110,
    align: "right",
    cell: (line) => <Came line={line} typed={typed(line)} onTyped={(text) => onTyped(line, text)} />,
  },
];

function Came({ line, typed, onTyped }: { line: Line; typed: string; onTyped: (text: string) => void }) {
  const number = typed.trim() === "" ? 0 : parseNumber(typed);
  const wrong = number === null || number < 0;
  const more = wrong ? 0 : number - Number(line.open);
  return (
    <div className="flex flex-col items-end gap-1">
      <input
        aria-label={`Came of ${line.sku}`}
        inputMode="decimal"
        value={typed}
        aria-invalid={wrong || undefined}
        onChange={(event) => onTyped(event.target.value)}
        className="h-8 w-full max-w-24 rounded-md border border-control bg-panel px-2.5 text-right font-semibold aria-invalid:border-bad"
      />
      {wrong && <span className="text-meta text-bad">Type a number</span>}
      {more > 1e-9 && (
        <span className="text-right text-meta text-warn">{`${units(more)} more than open`}</span>
      )}
    </div>
  );
}
