import { useMemo, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { Form } from "@/components/form/Form";
import { decimal, optional, text } from "@/components/form/fields";
import { type FieldProps, useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { useQuicker } from "@/lib/acts";
import { parseNumber, plural, typedNumber, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { t } from "@/lib/texts";
import { type Line, matching, readOf, receiving } from "./logic";

const STALE = ["orders", "receipts", "stock", "replenishment", "excess", "attention"] as const;
const FILTERED_FROM = 10;
const NOTE = optional(text({ max: 200 }));
const CAME = optional(decimal({ min: 0, below: 1e9 }));

interface Props {
  order: Schemas["OrderOut"];
  onClose: () => void;
}

/**
 * What came of an order: the rest stays on order, and more than was ordered has to be said. A receipt cannot be taken
 * back: only the button sends it, which stands beside its numbers; Enter in a field or in the filter does not.
 */
export function ReceiveDialog({ order, onClose }: Props) {
  const names = useMemo(() => new Map(order.lines.map((line, place) => [line, `line ${place}`])), [order]);
  const nameOf = (line: Line) => names.get(line) ?? "";
  const amounts = (value: (line: Line) => string) =>
    Object.fromEntries(order.lines.map((line) => [nameOf(line), value(line)]));
  const open = (line: Line) => typedNumber(line.open);
  const [over, setOver] = useState(false);
  const [q, setQ] = useState("");
  const quicker = useQuicker(["orders"]);
  const form = useForm<Record<string, typeof NOTE>, unknown>({
    fields: { note: NOTE, ...Object.fromEntries([...names.values()].map((name) => [name, CAME])) },
    start: { note: "", ...amounts(open) },
    send: ({ note }): Promise<unknown> => {
      const body = { ...came, reference: note ?? null };
      const params = { header: { "idempotency-key": key() } };
      return data(api.POST("/api/receipts", { params, body })).catch(quicker);
    },
    stale: STALE,
    said: (): string => {
      const rest = found.rest > 0 ? t(" {0} stay on order.", units(found.rest)) : "";
      return t("{0} {0:unit/units} from {1} received.{2}", units(found.total), order.supplier, rest);
    },
    onDone: onClose,
  });
  const found = receiving(order.lines.map((line) => ({ line, typed: form.typed[nameOf(line)] ?? "" })));
  const came = {
    order_id: order.id,
    was: readOf(order),
    over_delivery: over,
    items: found.came.map(({ line: { sku, location }, quantity }) => ({
      sku,
      location,
      quantity: String(quantity),
    })),
  };
  const key = useRequestKey({ ...came, note: form.typed.note });
  const lines = useMemo(() => matching(order.lines, q), [order.lines, q]);
  return (
    <Dialog wide title={t("What came from {0}", order.supplier)} onClose={onClose}>
      <div data-list className="contents">
        <Form
          form={form}
          does={t("Receive")}
          doing={t("Receiving")}
          deliberate
          ready={found.came.length > 0 && !found.wrong && (found.more === 0 || over)}
          onCancel={onClose}
          note={receivedNote(found)}
        >
          <div className="flex flex-wrap items-end gap-3">
            <div className="w-56 max-sm:w-full">
              <TextField
                label={t("Delivery note (optional)")}
                hint={t("Taken once: typed twice, it is refused")}
                {...form.field("note")}
              />
            </div>
            <div className="ml-auto flex flex-wrap gap-2 self-start sm:pt-5">
              {order.lines.length > FILTERED_FROM && (
                <SearchBox label={t("Filter lines")} value={q} onChange={setQ} className="w-48" />
              )}
              <Button onClick={() => form.set(amounts(open))}>{t("All that is open")}</Button>
              <Button onClick={() => form.set(amounts(() => "0"))}>{t("None")}</Button>
            </div>
          </div>
          <div className="flex max-h-[46dvh] flex-col overflow-hidden rounded-lg border border-line">
            <DataTable
              label={t("Lines that came")}
              plain
              fill
              columns={columnsFor((line) => form.field(nameOf(line)))}
              rows={here(lines)}
              rowKey={nameOf}
              empty={<Empty title={t("No line matches “{0}”", q)} />}
            />
          </div>
          {found.more > 0 && <MoreCame more={found.more} over={over} onOver={setOver} />}
        </Form>
      </div>
    </Dialog>
  );
}

function receivedNote({ came, total, rest }: ReturnType<typeof receiving<Line>>): string {
  if (came.length === 0) return t("Nothing came.");
  const stays = rest > 0 ? t("{0} stay on order", units(rest)) : t("nothing stays on order");
  return t(
    "{0} {0:unit/units} on {1}; {2}. A receipt cannot be taken back.",
    units(total),
    plural(came.length, "line"),
    stays,
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
        <strong className="font-medium text-warn">{t("{0} more than is open", units(more))}</strong>
        <span className="text-ink-2">{t(". It came like this: take in all of it.")}</span>
      </span>
    </label>
  );
}

const columnsFor = (field: (line: Line) => FieldProps): readonly Column<Line>[] => [
  {
    id: "product",
    label: t("Product"),
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
    label: t("Ordered"),
    width: 80,
    align: "right",
    from: "sm",
    cell: (line) => <span className="text-ink-2">{units(line.quantity)}</span>,
  },
  { id: "open", label: t("Open"), width: 70, align: "right", cell: (line) => units(line.open) },
  {
    id: "came",
    label: t("Came now"),
    width: 110,
    align: "right",
    cell: (line) => <Came line={line} field={field(line)} />,
  },
];

function Came({ line, field }: { line: Line; field: FieldProps }) {
  const more = (parseNumber(field.value) ?? 0) - Number(line.open);
  const { error, maxLength: _, ...input } = field;
  return (
    <div className="flex flex-col items-end gap-1">
      <input
        aria-label={t("Came of {0}", line.sku)}
        inputMode="decimal"
        aria-invalid={error ? true : undefined}
        className="h-8 w-full max-w-24 rounded-md border border-control bg-panel px-2.5 text-right font-semibold aria-invalid:border-bad"
        {...input}
      />
      {error && <span className="text-meta text-bad">{error}</span>}
      {more > 1e-9 && (
        <span className="text-right text-meta text-warn">{t("{0} more than open", units(more))}</span>
      )}
    </div>
  );
}
