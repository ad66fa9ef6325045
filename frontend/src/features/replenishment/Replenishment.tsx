import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { download } from "@/api/client";
import { needsQuery } from "@/api/queries";
import { Button, Segmented } from "@/components/ui/controls";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { PageHead } from "@/components/ui/PageHead";
import { Card, ErrorCard } from "@/components/ui/states";
import { Held } from "@/features/stock/Held";
import { Suppliers } from "@/features/supply/Suppliers";
import { useAct } from "@/lib/acts";
import { atRisk, count, day, money, plural } from "@/lib/format";
import { viewsOf } from "@/pages";
import { Classes } from "./Classes";
import { ExcessList, type ExcessSort } from "./ExcessList";
import { OrderCard } from "./OrderCard";
import { type OrderState, Orders } from "./Orders";
import { Proposals } from "./Proposals";

export const VIEWS = ["proposals", "orders", "excess", "classes", "suppliers", "held"] as const;
type View = (typeof VIEWS)[number];
export interface Search {
  view?: View | undefined;
  order?: string | undefined;
  /** Which orders; which supplier's terms; a filter of the terms, of excess, of an order's lines. */
  status?: OrderState | undefined;
  supplier?: string | undefined;
  q?: string | undefined;
  sort?: ExcessSort | undefined;
}
interface Props {
  search: Search;
  onSearch: (search: Search, replace?: boolean) => void;
}

export function Replenishment({ search, onSearch }: Props) {
  const needs = useQuery(needsQuery);
  const view = search.view ?? "proposals";
  const save = useAct({
    send: () => download("/api/orders.csv", "orders.csv"),
    stale: [],
    refusedAloud: true,
  });
  const filter = (change: Search) => onSearch({ ...search, ...change }, true);
  const found = needs.data;
  return (
    <>
      <PageHead
        text={
          found?.as_of
            ? `What to order, from the forecast of ${day(found.as_of)} for ${plural(found.series, "counted product")}.`
            : "What to order, and why."
        }
      >
        <Button disabled={save.isPending} onClick={() => save.mutate()}>
          <Download size={14} aria-hidden /> Export CSV
        </Button>
      </PageHead>
      {needs.isError && !found ? (
        <Card>
          <ErrorCard title="What is needed" error={needs.error} onRetry={() => void needs.refetch()} />
        </Card>
      ) : (
        <KpiRow label="Stock as a whole">
          <Kpi label="To order this week" value={money(found?.due_value, "compact")} loading={!found}>
            {found && `${plural(found.due, "line")} of ${count(found.wanted)} wanted in all`}
          </Kpi>
          <Kpi label="Revenue at risk" value={money(found?.at_risk_value, "compact")} loading={!found}>
            {found && atRisk(found)}
          </Kpi>
          <Kpi label="Inventory value" value={money(found?.inventory_value, "compact")} loading={!found}>
            at cost, {count(found?.series)} products
          </Kpi>
          <Kpi label="Excess stock" value={money(found?.excess_value, "compact")} loading={!found}>
            {found && `${plural(found.excess_series, "product")} above the order-up-to level`}
          </Kpi>
        </KpiRow>
      )}
      <div className="flex overflow-x-auto py-4">
        <Segmented
          label="What to show"
          value={view}
          options={viewsOf<View>("/replenishment")}
          onChange={(next) => onSearch({ view: next === "proposals" ? undefined : next })}
        />
      </div>
      {search.order ? (
        <OrderCard
          id={search.order}
          q={search.q ?? ""}
          onQ={(q) => filter({ q: q || undefined })}
          onClose={() => onSearch({ ...search, order: undefined, q: undefined })}
        />
      ) : view === "proposals" ? (
        <Proposals needs={needs} onOpen={(order) => onSearch({ ...search, order, q: undefined })} />
      ) : view === "orders" ? (
        <Orders
          status={search.status ?? "approved"}
          onStatus={(status) => filter({ status })}
          onOpen={(order) => onSearch({ ...search, order, q: undefined })}
        />
      ) : view === "excess" ? (
        <ExcessList sort={search.sort ?? "-excess"} q={search.q} onSearch={filter} />
      ) : view === "suppliers" ? (
        <Suppliers search={search} onSearch={filter} />
      ) : view === "held" ? (
        <Held />
      ) : (
        <Classes classes={found?.classes} />
      )}
    </>
  );
}
