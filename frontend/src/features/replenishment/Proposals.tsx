import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ProposeIn } from "@/api/forms.gen";
import { query } from "@/api/query";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { here, usePages } from "@/components/table/rows";
import { Weighed } from "@/components/ui/Bar";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { newerText } from "@/components/ui/NewerRun";
import { Problem } from "@/components/ui/Problem";
import { Badge, Card, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { count, day, money, plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";
import { daysUntil } from "./logic";
import { Transfers } from "./Transfers";

type Needs = Schemas["Summary"];
type Order = Schemas["OrderOut"];

const proposedQuery = query("/api/orders", { query: { status: "proposed", lines: false, limit: 200 } });

interface Props {
  needs: UseQueryResult<Needs>;
  onOpen: (order: string) => void;
}

export function Proposals({ needs, onOpen }: Props) {
  const proposed = useQuery(proposedQuery);
  const moves = usePages("/api/replenishment/transfers", { query: { limit: 100 } });
  const orders = proposed.data?.items ?? [];
  if (needs.isPending || proposed.isPending || (!moves.rows && !moves.error))
    return (
      <Card>
        <SkeletonRows rows={6} />
      </Card>
    );
  if (proposed.isError)
    return (
      <Card>
        <ErrorCard
          title={t("The proposals")}
          error={proposed.error}
          onRetry={() => void proposed.refetch()}
        />
      </Card>
    );
  if (!needs.data) return null;
  if (needs.data.suppliers.length === 0)
    return (
      <Card>
        <Empty title={t("Nothing can be decided yet")}>
          {t("A product needs a forecast, a count of its stock, and terms that say from whom it is bought.")}
        </Empty>
      </Card>
    );
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      {may("planner") && <Budget needs={needs.data} orders={orders} />}
      <Transfers rows={moves} />
      <Suppliers needs={needs.data} orders={orders} onOpen={onOpen} />
    </div>
  );
}

function Budget({ needs, orders }: { needs: Needs; orders: Order[] }) {
  const [asking, setAsking] = useState(false);
  const edited = orders.reduce((sum, order) => sum + order.edited, 0);
  const keep = useRef(true);
  const form = useForm({
    fields: { budget: ProposeIn.budget },
    start: { budget: "" },
    send: ({ budget }) => data(api.POST("/api/orders", { body: { budget, keep_edits: keep.current } })),
    stale: ["orders", "replenishment"],
    said: (made) => proposedText(made, keep.current ? edited : 0),
    onDone: () => setAsking(false),
  });
  const propose = (kept: boolean) => {
    keep.current = kept;
    form.send();
  };
  const total = orders.reduce((sum, order) => sum + Number(order.total), 0);
  const { wanted_value: wanted, due_value: due } = needs;
  return (
    <Card className="p-4">
      <form
        ref={form.element}
        noValidate
        className="flex flex-wrap items-start gap-x-6 gap-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (edited > 0) setAsking(true);
          else propose(true);
        }}
      >
        <div className="flex flex-wrap items-end gap-3">
          <div className="w-44">
            <TextField
              label={t("Budget (optional)")}
              inputMode="decimal"
              placeholder={t("No limit")}
              {...form.field("budget")}
            />
          </div>
          <Button look="primary" type="submit" disabled={form.busy || !form.ready}>
            {form.busy ? t("Deciding") : orders.length ? t("Propose anew") : t("Propose orders")}
          </Button>
        </div>
        <div className="min-w-56 flex-1">
          <p className="flex flex-wrap justify-between gap-x-4 text-sec text-ink-2">
            <span>{t("Proposed {0}", money(total))}</span>
            <span>
              {t(
                "Wanted {0}: {1} to order this week, {2} can wait",
                money(wanted),
                money(due),
                money(Math.max(0, wanted - due)),
              )}
            </span>
          </p>
          <Share label={t("Proposed of what is wanted")} part={total} whole={Math.max(wanted, total)} />
          <p className="pt-1 text-meta text-ink-3">
            {t("With a budget, each next case goes where it earns most for its cost.")}
          </p>
        </div>
      </form>
      <Problem error={form.refused} />
      {asking && (
        <Dialog title={t("Propose anew")} onClose={() => setAsking(false)}>
          <div className="flex flex-col gap-4">
            <p className="text-ink-2">
              {t(
                "{0} worth {1} {2} replaced by what is wanted now. In them people said {3}.",
                plural(orders.length, "open proposal"),
                money(total),
                orders.length === 1 ? t("is") : t("are"),
                plural(edited, "quantity", "quantities"),
              )}
            </p>
            {newerText(needs) && <p className="text-warn">{newerText(needs)}</p>}
            <Problem error={form.refused} />
            <DialogEnd>
              <Button onClick={() => setAsking(false)}>{t("Cancel")}</Button>
              <Button look="danger" disabled={form.busy} onClick={() => propose(false)}>
                {t("Drop what was changed")}
              </Button>
              <Button look="primary" disabled={form.busy} data-autofocus onClick={() => propose(true)}>
                {t("Keep what was changed")}
              </Button>
            </DialogEnd>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

/** What was proposed, and what became of the quantities that people had said. */
function proposedText(made: readonly Order[], edited: number): string {
  const kept = made.reduce((sum, order) => sum + order.edited, 0);
  const orders = made.length
    ? t("{0} proposed", plural(made.length, "order"))
    : t("Nothing has to be ordered");
  const [first] = made;
  const older =
    first?.newer_run && first.forecast_as_of
      ? ` ${t("They are of the forecast of {0}: a newer one is being decided, propose anew then.", day(first.forecast_as_of))}`
      : "";
  if (edited === 0) return `${orders}.${older}`;
  const lost = edited - kept;
  const rest =
    lost > 0
      ? tn(
          lost,
          "; {0} was of products that cannot be ordered now",
          "; {0} were of products that cannot be ordered now",
          count(lost),
        )
      : "";
  return `${t("{0}, {1} kept{2}.", orders, plural(kept, "changed quantity", "changed quantities"), rest)}${older}`;
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
  return t("{0} d, {1} to {2}", units(lead.mean), units(lead.shortest), units(lead.longest));
}

type Supplier = Needs["suppliers"][number];

/** What each supplier's products need, beside what is proposed of it. */
function columnsFor(needs: Needs, orders: Order[], onOpen: Props["onOpen"]): readonly Column<Supplier>[] {
  const most = Math.max(1, ...needs.suppliers.map((supplier) => supplier.value));
  const own = (supplier: Supplier) => orders.filter((order) => order.supplier === supplier.supplier);
  const proposed = (supplier: Supplier) => own(supplier).reduce((sum, order) => sum + Number(order.total), 0);
  const late = ({ order_by }: Supplier) =>
    order_by !== null && needs.as_of !== null && daysUntil(order_by, needs.as_of) <= 0;
  return [
    {
      id: "supplier",
      label: t("Supplier"),
      width: 170,
      text: (supplier) => `${supplier.name} (${supplier.supplier})`,
      cell: (supplier) => (
        <>
          <p className="truncate font-medium">{supplier.name}</p>
          <p className="truncate text-meta text-ink-3">{`${supplier.supplier} · ${plural(supplier.series, "product")}`}</p>
        </>
      ),
    },
    {
      id: "lead",
      label: t("Lead time"),
      width: 150,
      from: "md",
      text: (supplier) => supplier.lead_time.mean,
      cell: ({ lead_time: lead }) => (
        <>
          {leadTimeText(lead)}
          <p className="text-meta text-ink-3">
            {lead.source === "receipts"
              ? t("from {0}", plural(lead.receipts, "receipt"))
              : t("as stated, {0} so far", plural(lead.receipts, "receipt"))}
          </p>
        </>
      ),
    },
    {
      id: "lines",
      label: t("Lines"),
      width: 76,
      align: "right",
      from: "sm",
      text: (supplier) => supplier.lines,
      cell: (supplier) => (
        <>
          {count(supplier.lines)}
          <p className="text-meta text-ink-3">{t("{0} due", count(supplier.due))}</p>
        </>
      ),
    },
    {
      id: "needed",
      label: t("Needed"),
      width: 100,
      align: "right",
      text: (supplier) => supplier.value,
      cell: (supplier) => <Weighed share={supplier.value / most}>{money(supplier.value)}</Weighed>,
    },
    {
      id: "by",
      label: t("Order by"),
      width: 86,
      from: "sm",
      text: (supplier) => supplier.order_by,
      cell: (supplier) =>
        late(supplier) ? (
          <Badge tone="bad">{t("Now")}</Badge>
        ) : supplier.order_by ? (
          day(supplier.order_by)
        ) : (
          "–"
        ),
    },
    {
      id: "proposed",
      label: t("Proposed"),
      width: 90,
      align: "right",
      from: "sm",
      text: (supplier) => proposed(supplier),
      cell: (supplier) => (own(supplier).length ? money(proposed(supplier)) : "–"),
    },
    {
      id: "review",
      label: t("Actions"),
      width: 172,
      align: "right",
      silent: true,
      cell: (supplier) =>
        own(supplier).map((order) => (
          <Button key={order.id} onClick={() => onOpen(order.id)}>
            {t("Review {0}", plural(order.line_count, "line"))}
          </Button>
        )),
    },
  ];
}

function Suppliers({ needs, orders, onOpen }: { needs: Needs; orders: Order[]; onOpen: Props["onOpen"] }) {
  return (
    <ListCard
      title={t("By supplier")}
      note={orders.length ? plural(orders.length, "open proposal") : undefined}
      label={t("What each supplier's products need")}
      name="needs"
      one="supplier"
      columns={columnsFor(needs, orders, onOpen)}
      rows={here([...needs.suppliers].sort((a, b) => b.value - a.value))}
      rowKey={(supplier) => supplier.supplier}
      empty={null}
    />
  );
}
