import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button, TextField } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { count, day, money, parseNumber, plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { daysUntil } from "./logic";

type Needs = Schemas["Summary"];
type Order = Schemas["OrderOut"];

export const proposedQuery = {
  queryKey: keys.orders({ status: "proposed" }),
  queryFn: () =>
    data(api.GET("/api/orders", { params: { query: { status: "proposed", lines: false, limit: 200 } } })),
} as const;

interface Props {
  needs: UseQueryResult<Needs>;
  onOpen: (order: string) => void;
}

export function Proposals({ needs, onOpen }: Props) {
  const proposed = useQuery(proposedQuery);
  const orders = proposed.data?.items ?? [];
  if (needs.isPending || proposed.isPending)
    return (
      <Card>
        <SkeletonRows rows={6} />
      </Card>
    );
  if (proposed.isError)
    return (
      <Card>
        <ErrorCard title="The proposals" error={proposed.error} onRetry={() => void proposed.refetch()} />
      </Card>
    );
  if (!needs.data) return null;
  if (needs.data.suppliers.length === 0)
    return (
      <Card>
        <Empty title="Nothing can be decided yet">
          A product needs a forecast, a count of its stock, and terms that say from whom it is bought.
        </Empty>
      </Card>
    );
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      {may("planner") && <Budget needs={needs.data} orders={orders} />}
      <Card>
        <CardHead
          title="By supplier"
          note={orders.length ? plural(orders.length, "open proposal") : undefined}
        />
        <Suppliers needs={needs.data} orders={orders} onOpen={onOpen} />
      </Card>
    </div>
  );
}

function Budget({ needs, orders }: { needs: Needs; orders: Order[] }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const budget = typed.trim() ? parseNumber(typed) : null;
  const wrong = typed.trim() !== "" && (budget === null || budget < 0) ? "Type an amount" : undefined;
  const propose = useMutation({
    mutationFn: () =>
      data(api.POST("/api/orders", { body: budget === null ? {} : { budget: String(budget) } })),
    onSuccess: (made) => {
      toast(made.length ? `${plural(made.length, "order")} proposed.` : "Nothing has to be ordered.");
      void client.invalidateQueries({ queryKey: ["orders"] });
    },
  });
  const wanted = needs.suppliers.reduce((sum, supplier) => sum + supplier.value, 0);
  const total = orders.reduce((sum, order) => sum + Number(order.total), 0);
  return (
    <Card className="p-4">
      <form
        className="flex flex-wrap items-start gap-x-6 gap-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrong) propose.mutate();
        }}
      >
        <div className="flex items-end gap-3">
          <div className="w-44">
            <TextField
              label="Budget (optional)"
              inputMode="decimal"
              placeholder="No limit"
              value={typed}
              error={wrong ?? (propose.error ? asApiError(propose.error).field("budget") : undefined)}
              onChange={(event) => setTyped(event.target.value)}
            />
          </div>
          <Button look="primary" type="submit" disabled={propose.isPending || Boolean(wrong)}>
            {propose.isPending ? "Deciding" : orders.length ? "Propose anew" : "Propose orders"}
          </Button>
        </div>
        <div className="min-w-56 flex-1">
          <p className="flex justify-between text-sec text-ink-2">
            <span>Proposed {money(total)}</span>
            <span>Wanted {money(wanted)}</span>
          </p>
          <Share label="Proposed of what is wanted" part={total} whole={Math.max(wanted, total)} />
          <p className="pt-1 text-meta text-ink-3">
            With a budget, each next case goes where it earns most for its cost.
          </p>
        </div>
      </form>
      {propose.error && !asApiError(propose.error).field("budget") && <Problem error={propose.error} />}
    </Card>
  );
}

function Share({ label, part, whole }: { label: string; part: number; whole: number }) {
  const share = whole > 0 ? Math.min(1, part / whole) : 0;
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div className="h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
    </div>
  );
}

export function leadTimeText(lead: Schemas["LeadTimeOut"]): string {
  return `${units(lead.mean)} d, ${units(lead.shortest)} to ${units(lead.longest)}`;
}

function Suppliers({ needs, orders, onOpen }: { needs: Needs; orders: Order[]; onOpen: Props["onOpen"] }) {
  const most = Math.max(1, ...needs.suppliers.map((supplier) => supplier.value));
  const sorted = [...needs.suppliers].sort((a, b) => b.value - a.value);
  return (
    <Table
      label="What each supplier's products need"
      head={
        <tr>
          <th scope="col">Supplier</th>
          <th scope="col">Lead time</th>
          <th scope="col" className="text-right">
            Lines
          </th>
          <th scope="col" className="text-right">
            Needed
          </th>
          <th scope="col">Order by</th>
          <th scope="col" className="text-right">
            Proposed
          </th>
          <th scope="col">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      }
    >
      {sorted.map((supplier) => {
        const own = orders.filter((order) => order.supplier === supplier.supplier);
        const late =
          supplier.order_by !== null &&
          needs.as_of !== null &&
          daysUntil(supplier.order_by, needs.as_of) <= 0;
        return (
          <tr key={supplier.supplier}>
            <td className="min-w-44">
              <p className="font-medium">{supplier.name}</p>
              <p className="text-meta text-ink-3">{`${supplier.supplier} · ${plural(supplier.series, "product")}`}</p>
            </td>
            <td className="whitespace-nowrap">
              {leadTimeText(supplier.lead_time)}
              <p className="text-meta text-ink-3">
                {supplier.lead_time.source === "receipts"
                  ? `from ${plural(supplier.lead_time.receipts, "receipt")}`
                  : `as stated, ${plural(supplier.lead_time.receipts, "receipt")} so far`}
              </p>
            </td>
            <td className="text-right">
              {count(supplier.lines)}
              <p className="text-meta text-ink-3">{`${count(supplier.due)} due`}</p>
            </td>
            <td className="text-right">
              <span className="font-semibold">{money(supplier.value)}</span>
              <span aria-hidden className="ml-auto mt-1 flex h-1 w-24 justify-end rounded-full bg-line">
                <i className="rounded-full bg-ink-3" style={{ width: `${(supplier.value / most) * 100}%` }} />
              </span>
            </td>
            <td className="whitespace-nowrap">
              {supplier.order_by ? late ? <Badge tone="bad">Now</Badge> : day(supplier.order_by) : "–"}
            </td>
            <td className="text-right whitespace-nowrap">
              {own.length ? money(own.reduce((sum, order) => sum + Number(order.total), 0)) : "–"}
            </td>
            <td className="text-right whitespace-nowrap">
              {own.map((order) => (
                <Button key={order.id} onClick={() => onOpen(order.id)}>
                  Review {plural(order.line_count, "line")}
                </Button>
              ))}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
