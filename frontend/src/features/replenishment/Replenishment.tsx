import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { download } from "@/api/client";
import { needsQuery } from "@/api/queries";
import { Button, Segmented } from "@/components/ui/controls";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { NewerRun } from "@/components/ui/NewerRun";
import { PageHead } from "@/components/ui/PageHead";
import { Card, ErrorCard } from "@/components/ui/states";
import { Held } from "@/features/stock/Held";
import { Suppliers } from "@/features/supply/Suppliers";
import { useAct } from "@/lib/acts";
import { atRisk, count, day, money, plural } from "@/lib/format";
import { t } from "@/lib/texts";
import { viewsOf } from "@/pages";
import { AllLines } from "./AllLines";
import { Classes } from "./Classes";
import { Deliveries } from "./Deliveries";
import { ExcessList } from "./ExcessList";
import { OrderCard } from "./OrderCard";
import { Orders } from "./Orders";
import { Proposals } from "./Proposals";
import type { Search, View } from "./search";

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
            ? t(
                "What to order, from the forecast of {0} for {1}.",
                day(found.as_of),
                plural(found.series, "counted product"),
              )
            : t("What to order, and why.")
        }
      >
        <Button disabled={save.isPending} onClick={() => save.mutate()}>
          <Download size={14} aria-hidden /> {t("Export CSV")}
        </Button>
      </PageHead>
      <NewerRun />
      {needs.isError && !found ? (
        <Card>
          <ErrorCard title={t("What is needed")} error={needs.error} onRetry={() => void needs.refetch()} />
        </Card>
      ) : (
        <KpiRow label={t("Stock as a whole")}>
          <Kpi label={t("To order this week")} value={money(found?.due_value, "compact")} loading={!found}>
            {found && t("{0} of {1} wanted in all", plural(found.due, "line"), count(found.wanted))}
          </Kpi>
          <Kpi
            label={t("Revenue at risk")}
            term="risk of a stock-out"
            value={money(found?.at_risk_value, "compact")}
            loading={!found}
          >
            {found && atRisk(found)}
          </Kpi>
          <Kpi label={t("Inventory value")} value={money(found?.inventory_value, "compact")} loading={!found}>
            {t("at cost, {0} {0:product/products}", count(found?.series))}
          </Kpi>
          <Kpi
            label={t("Excess stock")}
            term="excess"
            value={money(found?.excess_value, "compact")}
            loading={!found}
          >
            {found && t("{0} above the order-up-to level", plural(found.excess_series, "product"))}
          </Kpi>
        </KpiRow>
      )}
      <div className="flex overflow-x-auto py-4">
        <Segmented
          label={t("What to show")}
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
      ) : view === "lines" ? (
        <AllLines search={search} onSearch={filter} />
      ) : view === "orders" ? (
        <div className="grid gap-4 [&>*]:min-w-0">
          <Orders
            search={search}
            onSearch={filter}
            onOpen={(order) => onSearch({ ...search, order, q: undefined })}
          />
          <Deliveries
            advice={search.advice ?? "expedite"}
            onAdvice={(advice) => filter({ advice })}
            onOpen={(order) => onSearch({ ...search, order, q: undefined })}
          />
        </div>
      ) : view === "excess" ? (
        <ExcessList search={search} onSearch={filter} />
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
