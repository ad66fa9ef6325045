import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ListChecks, PackageCheck } from "lucide-react";
import type { Schemas } from "@/api/client";
import { needsQuery, overviewQuery } from "@/api/queries";
import { useStatus } from "@/api/status";
import { Spark } from "@/components/charts/Spark";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { buttonLook } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { NewerRun } from "@/components/ui/NewerRun";
import { NoForecasts } from "@/components/ui/NoForecasts";
import { PageHead } from "@/components/ui/PageHead";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { ago, atRisk, count, day, money, percent, plural, points, range, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { throughDay } from "@/lib/workspace";
import { Attention } from "./Attention";
import { accuracyQuery, type Search, topQuery } from "./queries";

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
  const accuracy = useQuery(accuracyQuery);
  const ledger = overview.data?.ledger as Ledger | null | undefined;
  const history = overview.data?.history as History | null | undefined;
  const run = overview.data?.last_success as Run | null | undefined;
  const four = accuracy.data?.items.find((row) => row.lag === 4);
  const found = needs.data;
  const text =
    found && found.due > 0
      ? t(
          "{0} worth {1} should be ordered this week.",
          plural(found.due, "line"),
          money(found.due_value, "compact"),
        )
      : run
        ? t(
            "Forecasts for {0} over {1} {1:week/weeks}, as of {2}.",
            plural(run.active_series, "active product"),
            run.horizon,
            day(run.as_of),
          )
        : overview.data
          ? t("There is no forecast yet: a few files lead to the first order.")
          : " ";
  return (
    <>
      <PageHead text={text}>
        {overview.data && !run && may("planner") && (
          <Link to="/start" className={buttonLook("primary")}>
            <ListChecks size={14} aria-hidden /> {t("Start here")}
          </Link>
        )}
        {found && found.due > 0 && (
          <Link to="/replenishment" className={buttonLook("primary")}>
            <PackageCheck size={14} aria-hidden /> {t("Review orders")}
          </Link>
        )}
      </PageHead>
      <NewerRun />
      <KpiRow label={t("Where things stand")}>
        <Kpi
          label={t("Forecast accuracy")}
          term="WAPE"
          value={percent(four?.wape == null ? null : 1 - four.wape)}
          loading={accuracy.isPending}
        >
          {four
            ? t("1 − WAPE, 4 weeks ahead{0}", four.rehearsed > 0 ? t(", rehearsed") : "")
            : t("measured once forecast weeks have ended")}
        </Kpi>
        <Kpi label={t("Bias")} term="bias" value={points(four?.bias)} loading={accuracy.isPending}>
          {four?.bias == null
            ? ""
            : four.bias < 0
              ? t("forecasts were too low")
              : t("forecasts were too high")}
        </Kpi>
        <Kpi
          label={t("Revenue at risk")}
          term="risk of a stock-out"
          value={money(found?.at_risk_value, "compact")}
          loading={needs.isPending}
        >
          {found && atRisk(found)}
        </Kpi>
        <Kpi
          label={t("Inventory value")}
          value={money(found?.inventory_value, "compact")}
          loading={needs.isPending}
        >
          {found && t("at cost, {0}", plural(found.series, "product"))}
        </Kpi>
        <Kpi
          label={t("Excess stock")}
          term="excess"
          value={money(found?.excess_value, "compact")}
          loading={needs.isPending}
        >
          {found && t("{0} above order-up-to", plural(found.excess_series, "product"))}
        </Kpi>
      </KpiRow>
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_332px]">
        <div className="grid min-w-0 gap-4">
          <Attention search={search} onSearch={onSearch} />
          <TopSellers asked={!accuracy.isPending} />
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
      <CardHead title={t("Data and training")} />
      {overview.isError ? (
        <ErrorCard title={t("The overview")} error={overview.error} onRetry={() => void overview.refetch()} />
      ) : overview.isPending ? (
        <SkeletonRows rows={5} height={38.5} />
      ) : (
        <dl className="px-4 py-1">
          <DefinitionLine label={t("Units sold")}>
            <strong className="font-semibold">{count(history?.units)}</strong>{" "}
            <span className="text-ink-3">
              {history?.first_week ? t("since {0}", day(history.first_week, "always")) : ""}
            </span>
          </DefinitionLine>
          <DefinitionLine label={t("Revenue")}>{money(history?.revenue, "compact")}</DefinitionLine>
          <DefinitionLine label={t("Whole weeks of sales to")}>
            {history?.last_week ? day(throughDay(history.last_week)) : t("No sales yet")}
          </DefinitionLine>
          <DefinitionLine label={t("Forecasts")}>
            {run ? t("{0} active of {1}", count(run.active_series), count(run.series)) : t("Nothing trained")}
          </DefinitionLine>
          <DefinitionLine label={t("Last training")}>
            {run ? t("{0}, run {1}", ago(run.published_at ?? run.finished_at), run.version) : t("Never")}
          </DefinitionLine>
        </dl>
      )}
    </Card>
  );
}

const TOP: readonly Column<Schemas["SummaryOut"]>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 200,
    text: (row) => row.name ?? row.sku,
    cell: (row) => <ProductLink sku={row.sku} location={row.location} name={row.name} />,
  },
  {
    id: "next4",
    label: t("Next 4 weeks, expected"),
    width: 150,
    align: "right",
    text: (row) => row.next4.mean,
    cell: (row) => <span className="font-semibold">{units(row.next4.mean)}</span>,
  },
  {
    id: "range",
    label: t("Likely"),
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
    label: t("Last 16 weeks"),
    width: 110,
    from: "sm",
    cell: (row) => <Spark values={row.last_weeks} />,
  },
];

/** Below what is seen first, and asked for after it: of two reads at once each takes as long as both. */
function TopSellers({ asked }: { asked: boolean }) {
  const list = useQuery({ ...topQuery, enabled: asked });
  return (
    <ListCard
      title={t("Most units expected in the next 4 weeks")}
      label={t("Most units expected")}
      plain
      expected={12}
      columns={TOP}
      rows={rowsOf(list, (page) => page.items)}
      rowKey={(row) => `${row.sku} ${row.location}`}
      empty={<NoForecasts />}
      actions={
        <Link to="/products" className="text-accent underline-offset-2 hover:underline">
          {t("All products")}
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
  const { data: status } = useStatus();
  const lines: {
    text: string;
    to: "/sales" | "/pipeline" | "/training";
    view?: "waiting" | "rejected";
    tone: "warn" | "bad";
  }[] = [];
  const names = [...new Set([...degraded, ...(status?.degraded ?? [])])];
  if (names.length)
    lines.push({ text: t("Not answering: {0}", names.join(", ")), to: "/pipeline", tone: "bad" });
  if (ledger?.quarantined)
    lines.push({
      text: t("{0} wait for a product or location", plural(ledger.quarantined, "sale")),
      to: "/sales",
      view: "waiting",
      tone: "warn",
    });
  if (ledger?.rejected)
    lines.push({
      text: t("{0} rejected", plural(ledger.rejected, "line")),
      to: "/sales",
      view: "rejected",
      tone: "warn",
    });
  if (!loading && !run) lines.push({ text: t("Nothing was trained yet"), to: "/training", tone: "warn" });
  const last = status?.last_training as Run | null | undefined;
  if (last?.status === "failed")
    lines.push({ text: t("Run {0} failed", last.version), to: "/training", tone: "bad" });
  return (
    <Card>
      <CardHead title={t("System")} />
      <div className="min-h-30">
        {loading ? (
          <SkeletonRows rows={3} height={40} />
        ) : lines.length === 0 ? (
          <p className="px-4 py-3 text-ink-2">{t("Every service answers and every sale has its product.")}</p>
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
                  <Badge tone={line.tone}>{line.tone === "bad" ? t("Fault") : t("Look")}</Badge>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
