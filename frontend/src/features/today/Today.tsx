import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { overviewQuery, statusQuery } from "@/api/queries";
import { Spark } from "@/components/charts/Spark";
import {
  Badge,
  Card,
  CardHead,
  Empty,
  ErrorCard,
  PageHead,
  SkeletonRows,
  Table,
} from "@/components/ui/states";
import { ago, count, day, money, plural, range, units, words } from "@/lib/format";

type Run = Schemas["RunOut"];
type Ledger = Schemas["LedgerTotals"];
type History = Schemas["HistoryTotals"];

export function Today() {
  const overview = useQuery(overviewQuery);
  const ledger = overview.data?.ledger as Ledger | null | undefined;
  const history = overview.data?.history as History | null | undefined;
  const run = overview.data?.last_success as Run | null | undefined;
  const text = run
    ? `Forecasts for ${plural(run.active_series, "active product")} over ${run.horizon} weeks, as of ${day(run.as_of)}.`
    : overview.data
      ? "There is no forecast yet."
      : " ";
  return (
    <>
      <PageHead title="Today" text={text} />
      {overview.isError && !overview.data ? (
        <Card>
          <ErrorCard title="The overview" error={overview.error} onRetry={() => void overview.refetch()} />
        </Card>
      ) : (
        <Card className="flex snap-x overflow-x-auto">
          <Kpi label="Units sold, all time" value={count(history?.units)} loading={overview.isPending}>
            {history?.first_week ? `since ${day(history.first_week, "always")}` : "No sales yet"}
          </Kpi>
          <Kpi
            label="Revenue, all time"
            value={money(history?.revenue, "compact")}
            loading={overview.isPending}
          >
            {history ? plural(history.events, "event") : ""}
          </Kpi>
          <Kpi label="Forecasts" value={count(run?.series)} loading={overview.isPending}>
            {run ? `${count(run.active_series)} of them active` : "Nothing trained"}
          </Kpi>
          <Kpi
            label="Last training"
            value={run ? ago(run.published_at ?? run.finished_at) : "Never"}
            loading={overview.isPending}
          >
            {run ? `run ${run.version}, ${words(run.cause)}` : ""}
          </Kpi>
          <Kpi label="Products with sales" value={count(history?.series)} loading={overview.isPending}>
            {history?.last_week ? `to the week of ${day(history.last_week)}` : ""}
          </Kpi>
        </Card>
      )}
      <div className="mt-4 grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_332px]">
        <TopSellers />
        <Waiting
          ledger={ledger}
          run={run}
          degraded={overview.data?.degraded ?? []}
          loading={overview.isPending}
        />
      </div>
    </>
  );
}

function Kpi({
  label,
  value,
  loading,
  children,
}: {
  label: string;
  value: string;
  loading: boolean;
  children: ReactNode;
}) {
  return (
    <div className="min-w-44 flex-1 snap-start border-r border-line px-4 py-3 last:border-r-0">
      <p className="text-sec text-ink-2">{label}</p>
      {loading ? (
        <div className="skeleton my-1 h-6 w-24" />
      ) : (
        <p className="text-kpi font-semibold tracking-tight whitespace-nowrap">{value}</p>
      )}
      <p className="min-h-4 text-meta text-ink-3">{loading ? "" : children}</p>
    </div>
  );
}

function TopSellers() {
  const search = { sort: "-next4", active: true, limit: 12 } as const;
  const list = useQuery({
    queryKey: keys.summaries(search),
    queryFn: () => data(api.GET("/api/forecast/summary", { params: { query: search } })),
  });
  return (
    <Card className="min-w-0">
      <CardHead title="Most units expected in the next 4 weeks">
        <Link to="/products" className="text-accent underline-offset-2 hover:underline">
          All products
        </Link>
      </CardHead>
      {list.isError ? (
        <ErrorCard title="The list" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={8} height={44} />
      ) : list.data.items.length === 0 ? (
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
      ) : (
        <Table
          label="Most units expected"
          head={
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="text-right">
                Next 4 weeks
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                Likely
              </th>
              <th scope="col" className="max-sm:hidden">
                Last 16 weeks
              </th>
            </tr>
          }
        >
          {list.data.items.map((row) => (
            <tr key={`${row.sku} ${row.location}`}>
              <td>
                <Link
                  to="/products/$sku"
                  params={{ sku: row.sku }}
                  search={{ location: row.location }}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {row.name ?? row.sku}
                </Link>
                <span className="block text-meta text-ink-3">{`${row.sku} · ${row.location}`}</span>
              </td>
              <td className="text-right font-semibold">{units(row.next4.p50)}</td>
              <td className="text-right whitespace-nowrap text-ink-2 max-sm:hidden">
                {range(row.next4.p10, row.next4.p90)}
              </td>
              <td className="max-sm:hidden">
                <Spark values={row.last_weeks} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
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
  const lines: { text: string; to: "/imports" | "/pipeline" | "/training"; tone: "warn" | "bad" }[] = [];
  const names = [...new Set([...degraded, ...(status?.degraded ?? [])])];
  if (names.length) lines.push({ text: `Not answering: ${names.join(", ")}`, to: "/pipeline", tone: "bad" });
  if (ledger?.quarantined)
    lines.push({
      text: `${plural(ledger.quarantined, "sale")} wait for a product or location`,
      to: "/imports",
      tone: "warn",
    });
  if (ledger?.rejected)
    lines.push({ text: `${plural(ledger.rejected, "line")} rejected`, to: "/imports", tone: "warn" });
  if (!loading && !run) lines.push({ text: "Nothing was trained yet", to: "/training", tone: "warn" });
  const last = status?.last_training as Run | null | undefined;
  if (last?.status === "failed")
    lines.push({ text: `Run ${last.version} failed`, to: "/training", tone: "bad" });
  return (
    <Card>
      <CardHead title="Needs attention" />
      {loading ? (
        <SkeletonRows rows={3} height={40} />
      ) : lines.length === 0 ? (
        <Empty title="Nothing needs attention">Every service answers and every sale has its product.</Empty>
      ) : (
        <ul>
          {lines.map((line) => (
            <li
              key={line.text}
              className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <Link to={line.to} className="underline-offset-2 hover:underline">
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
