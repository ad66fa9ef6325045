import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListChecks, PackageCheck } from "lucide-react";
import type { Schemas } from "@/api/client";
import { needsQuery, overviewQuery, statusQuery } from "@/api/queries";
import { query } from "@/api/query";
import { Spark } from "@/components/charts/Spark";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { buttonLook } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { PageHead } from "@/components/ui/PageHead";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { ago, atRisk, count, day, money, percent, plural, points, range, units } from "@/lib/format";
import { may } from "@/lib/session";
import { throughDay } from "@/lib/workspace";
import { Attention, type Search } from "./Attention";

interface AttentionProps {
  search: Search;
  onSearch: (change: Search) => void;
}
type Run = Schemas["RunOut"];
type Ledger = Schemas["LedgerTotals"];
type History = Schemas["HistoryTotals"];

export function Today({ search, onSearch }: AttentionProps) {
  const overview = useQuery(overviewQuery);
  const needs = useQuery(needsQuery);
  const accuracy = useQuery({
    ...query("/api/forecast/accuracy", { query: { by: "all", weeks: 13 } }),
    staleTime: 60_000,
  });
  const ledger = overview.data?.ledger as Ledger | null | undefined;
  const history = overview.data?.history as History | null | undefined;
  const run = overview.data?.last_success as Run | null | undefined;
  const four = accuracy.data?.items.find((row) => row.lag === 4);
  const found = needs.data;
  const text =
    found && found.due > 0
      ? `${plural(found.due, "line")} worth ${money(found.due_value, "compact")} should be ordered this week.`
      : run
        ? `Forecasts for ${plural(run.active_series, "active product")} over ${run.horizon} weeks, as of ${day(run.as_of)}.`
        : overview.data
          ? "There is no forecast yet: a few files lead to the first order."
          : " ";
  return (
    <>
      <PageHead text={text}>
        {overview.data && !run && may("planner") && (
          <Link to="/start" className={buttonLook("primary")}>
            <ListChecks size={14} aria-hidden /> Start here
          </Link>
        )}
        {found && found.due > 0 && (
          <Link to="/replenishment" className={buttonLook("primary")}>
            <PackageCheck size={14} aria-hidden /> Review orders
          </Link>
        )}
      </PageHead>
      <KpiRow label="Where things stand">
        <Kpi
          label="Forecast accuracy"
          term="WAPE"
          value={four?.wape == null ? "No data" : percent(1 - four.wape)}
          loading={accuracy.isPending}
        >
          {four
            ? `1 − WAPE, 4 weeks ahead${four.rehearsed > 0 ? ", rehearsed" : ""}`
            : "measured once forecast weeks have ended"}
        </Kpi>
        <Kpi
          label="Bias"
          term="bias"
          value={four?.bias == null ? "No data" : points(four.bias)}
          loading={accuracy.isPending}
        >
          {four?.bias == null ? "" : four.bias < 0 ? "forecasts were too low" : "forecasts were too high"}
        </Kpi>
        <Kpi
          label="Revenue at risk"
          term="risk of a stock-out"
          value={money(found?.at_risk_value, "compact")}
          loading={needs.isPending}
        >
          {found && atRisk(found)}
        </Kpi>
        <Kpi
          label="Inventory value"
          value={money(found?.inventory_value, "compact")}
          loading={needs.isPending}
        >
          {found && `at cost, ${plural(found.series, "product")}`}
        </Kpi>
        <Kpi
          label="Excess stock"
          term="excess"
          value={money(found?.excess_value, "compact")}
          loading={needs.isPending}
        >
          {found && `${plural(found.excess_series, "product")} above order-up-to`}
        </Kpi>
      </KpiRow>
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_332px]">
        <div className="grid min-w-0 gap-4">
          <Attention search={search} onSearch={onSearch} />
          <TopSellers />
        </div>
        <div className="grid gap-4 md:grid-cols-2 xl:grid-cols-1">
          <Waiting
            ledger={ledger}
            run={run}
            degraded={overview.data?.degraded ?? []}
            loading={overview.isPending}
          />
          <DataCard history={history} run={run} overview={overview} />
        </div>
      </div>
    </>
  );
}

/** What everything rests on: the sales that are known and the training that last succeeded. */
function DataCard({
  history,
  run,
  overview,
}: {
  history: History | null | undefined;
  run: Run | null | undefined;
  overview: { isError: boolean; isPending: boolean; error: unknown; refetch: () => unknown };
}) {
  return (
    <Card>
      <CardHead title="Data and training" />
      {overview.isError ? (
        <ErrorCard title="The overview" error={overview.error} onRetry={() => void overview.refetch()} />
      ) : overview.isPending ? (
        <SkeletonRows rows={4} height={36} />
      ) : (
        <dl className="px-4 py-1">
          <DefinitionLine label="Units sold">
            <strong className="font-semibold">{count(history?.units)}</strong>{" "}
            <span className="text-ink-3">
              {history?.first_week ? `since ${day(history.first_week, "always")}` : ""}
            </span>
          </DefinitionLine>
          <DefinitionLine label="Revenue">{money(history?.revenue, "compact")}</DefinitionLine>
          <DefinitionLine label="Whole weeks of sales to">
            {history?.last_week ? day(throughDay(history.last_week)) : "No sales yet"}
          </DefinitionLine>
          <DefinitionLine label="Forecasts">
            {run ? `${count(run.active_series)} active of ${count(run.series)}` : "Nothing trained"}
          </DefinitionLine>
          <DefinitionLine label="Last training">
            {run ? `${ago(run.published_at ?? run.finished_at)}, run ${run.version}` : "Never"}
          </DefinitionLine>
        </dl>
      )}
    </Card>
  );
}

const TOP: readonly Column<Schemas["SummaryOut"]>[] = [
  {
    id: "product",
    label: "Product",
    width: 200,
    text: (row) => row.name ?? row.sku,
    cell: (row) => <ProductLink sku={row.sku} location={row.location} name={row.name} />,
  },
  {
    id: "next4",
    label: "Next 4 weeks, expected",
    width: 150,
    align: "right",
    text: (row) => row.next4.mean,
    cell: (row) => <span className="font-semibold">{units(row.next4.mean)}</span>,
  },
  {
    id: "range",
    label: "Likely",
    width: 110,
    align: "right",
    from: "sm",
    text: (row) => range(row.next4.p10, row.next4.p90),
    cell: (row) => (
      <span className="whitespace-nowrap text-ink-2">{range(row.next4.p10, row.next4.p90)}</span>
    ),
  },
  {
    id: "weeks",
    label: "Last 16 weeks",
    width: 110,
    from: "sm",
    cell: (row) => <Spark values={row.last_weeks} />,
  },
];

function TopSellers() {
  const list = useQuery(
    query("/api/forecast/summary", { query: { sort: "-next4", active: true, limit: 12 } }),
  );
  return (
    <ListCard
      title="Most units expected in the next 4 weeks"
      label="Most units expected"
      plain
      columns={TOP}
      rows={rowsOf(list, (page) => page.items)}
      rowKey={(row) => `${row.sku} ${row.location}`}
      empty={
        <Empty title="No forecasts yet">
          <Link to="/imports" className="text-accent underline">
            Import sales
          </Link>
          , then{" "}
          <Link to="/training" className="text-accent underline">
            train
          </Link>
          .
        </Empty>
      }
      actions={
        <Link to="/products" className="text-accent underline-offset-2 hover:underline">
          All products
        </Link>
      }
    />
  );
}

interface WaitingProps {
  ledger: Ledger | null | undefined;
  run: Run | null | undefined;
  degraded: string[];
  loading: boolean;
}

/** What asks for somebody; empty is success. */
function Waiting({ ledger, run, degraded, loading }: WaitingProps) {
  const { data: status } = useQuery(statusQuery);
  const lines: {
    text: string;
    to: "/sales" | "/pipeline" | "/training";
    view?: "waiting" | "rejected";
    tone: "warn" | "bad";
  }[] = [];
  const names = [...new Set([...degraded, ...(status?.degraded ?? [])])];
  if (names.length) lines.push({ text: `Not answering: ${names.join(", ")}`, to: "/pipeline", tone: "bad" });
  if (ledger?.quarantined)
    lines.push({
      text: `${plural(ledger.quarantined, "sale")} wait for a product or location`,
      to: "/sales",
      view: "waiting",
      tone: "warn",
    });
  if (ledger?.rejected)
    lines.push({
      text: `${plural(ledger.rejected, "line")} rejected`,
      to: "/sales",
      view: "rejected",
      tone: "warn",
    });
  if (!loading && !run) lines.push({ text: "Nothing was trained yet", to: "/training", tone: "warn" });
  const last = status?.last_training as Run | null | undefined;
  if (last?.status === "failed")
    lines.push({ text: `Run ${last.version} failed`, to: "/training", tone: "bad" });
  return (
    <Card>
      <CardHead title="System" />
      {loading ? (
        <SkeletonRows rows={3} height={40} />
      ) : lines.length === 0 ? (
        <p className="px-4 py-3 text-ink-2">Every service answers and every sale has its product.</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li
              key={line.text}
              className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <Link
                to={line.to}
                search={line.view ? { view: line.view } : {}}
                className="underline-offset-2 hover:underline"
              >
                {line.text}
              </Link>
              <span className="ml-auto">
                <Badge tone={line.tone}>{line.tone === "bad" ? "Fault" : "Look"}</Badge>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
