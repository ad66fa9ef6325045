import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { count, parseNumber, plural, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { receiving } from "./logic";

type Line = Schemas["LineOut"];
const SHOWN = 50;
const keyOf = (line: Line) => `${line.location}\n${line.sku}`;

/** What came of an order: the rest stays on order, and more than was ordered has to be said. */
export function ReceiveDialog({ order, onClose }: { order: Schemas["OrderOut"]; onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(
    () => new Map(order.lines.map((line) => [keyOf(line), String(Number(line.open))])),
  );
  const [note, setNote] = useState("");
  const [over, setOver] = useState(false);
  const [q, setQ] = useState("");
  const [shown, setShown] = useState(SHOWN);
  const found = receiving(order.lines.map((line) => ({ line, typed: typed.get(keyOf(line)) ?? "" })));
  const lines = useMemo(() => {
    const wanted = q.trim().toLowerCase();
    return order.lines.filter((line) => `${line.name} ${line.sku}`.toLowerCase().includes(wanted));
  }, [order.lines, q]);
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
  const save = useMutation({
    mutationFn: () =>
      data(api.POST("/api/receipts", { params: { header: { "idempotency-key": key() } }, body })),
    onSuccess: () => {
      const rest = found.rest > 0 ? ` ${units(found.rest)} stay on order.` : "";
      toast(`${units(found.total)} units from ${order.supplier} received.${rest}`);
      void client.invalidateQueries({ queryKey: ["orders"] });
      void client.invalidateQueries({ queryKey: ["stock"] });
      onClose();
    },
    // Somebody may have received some of it meanwhile: what is open is read again.
    onError: () => void client.invalidateQueries({ queryKey: ["orders", "one", order.id] }),
  });
  const ready = found.came.length > 0 && !found.wrong && (found.more === 0 || over);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) save.mutate();
  };
  return (
    <Dialog wide title={`What came from ${order.supplier}`} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3">
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
          <div className="ml-auto flex flex-wrap gap-2 self-start sm:pt-6">
            {order.lines.length > 10 && (
              <input
                type="search"
                aria-label="Filter lines"
                placeholder="Filter by name or code"
                value={q}
                onChange={(event) => setQ(event.target.value)}
                className="h-8 w-48 rounded-md border border-control bg-panel px-2.5 placeholder:text-ink-3"
              />
            )}
            <Button onClick={() => all((line) => String(Number(line.open)))}>All that is open</Button>
            <Button onClick={() => all(() => "0")}>None</Button>
          </div>
        </div>
        <div className="max-h-[46dvh] overflow-auto rounded-lg border border-line">
          <Table
            label="Lines that came"
            head={
              <tr>
                <th scope="col">Product</th>
                <th scope="col" className="text-right max-sm:hidden">
                  Ordered
                </th>
                <th scope="col" className="text-right">
                  Open
                </th>
                <th scope="col" className="text-right">
                  Came now
                </th>
              </tr>
            }
          >
            {lines.slice(0, shown).map((line) => (
              <Row
                key={keyOf(line)}
                line={line}
                value={typed.get(keyOf(line)) ?? ""}
                onChange={(value) => set(line, value)}
              />
            ))}
          </Table>
        </div>
        {lines.length > shown && (
          <div className="flex items-center gap-3 text-ink-2">
            <span>{`The first ${count(shown)} of ${count(lines.length)}`}</span>
            <Button onClick={() => setShown(shown + SHOWN * 2)}>Show more</Button>
          </div>
        )}
        {found.more > 0 && (
          <label className="flex items-start gap-2 rounded-md bg-warn-soft px-3 py-2">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-accent"
              checked={over}
              onChange={(event) => setOver(event.target.checked)}
            />
            <span>
              <strong className="font-medium text-warn">{`${units(found.more)} more than is open`}</strong>
              <span className="text-ink-2">. It came like this: take in all of it.</span>
            </span>
          </label>
        )}
        <Problem error={save.error} />
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p role="status" className="mr-auto text-ink-2">
            {found.came.length > 0
              ? `${units(found.total)} units on ${plural(found.came.length, "line")}; ${
                  found.rest > 0 ? `${units(found.rest)} stay on order` : "nothing stays on order"
                }.`
              : "Nothing came."}
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={!ready || save.isPending}>
            {save.isPending ? "Receiving" : "Receive"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Row({ line, value, onChange }: { line: Line; value: string; onChange: (value: string) => void }) {
  const number = value.trim() === "" ? 0 : parseNumber(value);
  const wrong = number === null || number < 0;
  const more = wrong ? 0 : number - Number(line.open);
  return (
    <tr>
      <td className="sm:min-w-40 max-sm:px-3">
        <span className="font-medium">{line.name ?? line.sku}</span>
        <span className="block text-meta text-ink-3">{`${line.sku} · ${line.location}`}</span>
      </td>
      <td className="text-right text-ink-2 max-sm:hidden">{units(line.quantity)}</td>
      <td className="text-right">{units(line.open)}</td>
      <td>
        <div className="ml-auto flex flex-col items-end sm:w-28 gap-1">
          <input
            aria-label={`Came of ${line.sku}`}
            inputMode="decimal"
            value={value}
            aria-invalid={wrong || undefined}
            onChange={(event) => onChange(event.target.value)}
            className="h-8 w-18 rounded-md border border-control bg-panel px-2.5 text-right sm:w-24 font-semibold aria-invalid:border-bad"
          />
          {wrong && <span className="text-meta text-bad">Type a number</span>}
          {more > 1e-9 && (
            <span className="text-right text-meta text-warn">{`${units(more)} more than open`}</span>
          )}
        </div>
      </td>
    </tr>
  );
}
