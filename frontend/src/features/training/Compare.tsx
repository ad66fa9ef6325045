import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { scaleLinear } from "d3-scale";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { useWidth } from "@/components/charts/useWidth";
import { Card, CardHead, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { count, day, units, words } from "@/lib/format";
import { waterfall } from "./logic";

type Run = Schemas["RunOut"];
type Difference = Schemas["RunDifference"];
const SIGNED = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0, signDisplay: "exceptZero" });
const signed = (value: number) => SIGNED.format(Math.round(value)).replace("-", "−");

/** Two runs over the weeks that both forecast: what changed, and what caused it. */
export function Compare({ runs }: { runs: Run[] }) {
  const known = runs.filter((run) => run.series > 0);
  const [before, setBefore] = useState(known[1]?.id ?? "");
  const [after, setAfter] = useState(known[0]?.id ?? "");
  const found = useQuery({
    queryKey: ["training", "difference", before, after],
    queryFn: () =>
      data(
        api.GET("/api/forecast/runs/{run_id}/diff", {
          params: { path: { run_id: before }, query: { to: after, limit: 15 } },
        }),
      ),
    enabled: before !== "" && after !== "" && before !== after,
    staleTime: 60_000,
  });
  if (known.length < 2) return null;
  const choice = (label: string, value: string, set: (id: string) => void) => (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => set(event.target.value)}
      className="h-8 rounded-md border border-control bg-panel px-2"
    >
      {known.map((run) => (
        <option key={run.id} value={run.id}>
          {`Run ${run.version}, as of ${day(run.as_of)}`}
        </option>
      ))}
    </select>
  );
  return (
    <Card className="min-w-0">
      <CardHead title="What changed between two runs">
        {choice("From", before, setBefore)}
        <span className="text-ink-3">to</span>
        {choice("To", after, setAfter)}
      </CardHead>
      {before === after ? (
        <p className="px-4 py-3 text-ink-2">Choose two different runs.</p>
      ) : found.isError ? (
        <ErrorCard title="The difference" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={4} />
      ) : found.data.series === 0 || (found.data.total_before === 0 && found.data.total_after === 0) ? (
        <p className="px-4 py-3 text-ink-2">These runs have no week in common.</p>
      ) : (
        <>
          <Waterfall found={found.data} />
          <Series items={found.data.items} />
        </>
      )}
    </Card>
  );
}

const NAMES = { data: "Data", model: "Model", override: "Overrides" } as const;
const ROW = 30;

function Waterfall({ found }: { found: Difference }) {
  const [element, width] = useWidth();
  const causes = waterfall(found);
  const ends = [found.total_before, found.total_after, ...causes.flatMap(({ from, to }) => [from, to])];
  const least = Math.min(...ends);
  const most = Math.max(...ends);
  // A bar's length means the change; totals are marked and said, so the axis need not begin at zero.
  const room = (most - least || Math.abs(most) || 1) * 0.15;
  const x = scaleLinear([least - room, most + room], [120, width - 110]);
  const rows = [
    { name: "Before", value: found.total_before },
    ...causes.map((cause) => ({ name: NAMES[cause.name as keyof typeof NAMES], cause })),
    { name: "After", value: found.total_after },
  ];
  return (
    <div ref={element} className="px-4 py-3">
      <svg
        width={width}
        height={rows.length * ROW}
        role="img"
        aria-label={spoken(found)}
        className="max-w-full"
      >
        {rows.map((row, place) => {
          const middle = place * ROW + ROW / 2;
          const cause = "cause" in row ? row.cause : undefined;
          const value = "value" in row ? row.value : 0;
          return (
            <g key={row.name}>
              <text x={0} y={middle + 4} className="fill-ink-2 text-body">
                {row.name}
              </text>
              {cause ? (
                <>
                  <line
                    x1={x(cause.from)}
                    x2={x(cause.from)}
                    y1={middle - ROW}
                    y2={middle}
                    stroke="var(--control)"
                  />
                  <rect
                    x={Math.min(x(cause.from), x(cause.to))}
                    width={Math.max(1, Math.abs(x(cause.to) - x(cause.from)))}
                    y={middle - 7}
                    height={14}
                    rx={2}
                    fill={cause.change < 0 ? "var(--c-anomaly)" : "var(--c-p50)"}
                  />
                </>
              ) : (
                <>
                  <line x1={120} x2={width - 110} y1={middle} y2={middle} stroke="var(--line)" />
                  <circle cx={x(value)} cy={middle} r={5} fill="var(--ink-2)" />
                </>
              )}
              <text x={width} y={middle + 4} textAnchor="end" className="fill-ink text-body font-medium">
                {cause ? signed(cause.change) : `${units(value)} units`}
              </text>
            </g>
          );
        })}
      </svg>
      <p className="pt-1 text-meta text-ink-3">
        {`Units over the weeks that both forecast, ${count(found.series)} series. Data: other sales, prices or plans. Model: another method, or other code.`}
      </p>
    </div>
  );
}

function spoken(found: Difference): string {
  const causes = waterfall(found).map(({ name, change }) => `${name} ${signed(change)}`);
  return `From ${units(found.total_before)} to ${units(found.total_after)} units: ${causes.join(", ")}`;
}

function Series({ items }: { items: Schemas["DifferenceOut"][] }) {
  return (
    <div className="border-t border-line">
      <Table
        label="Series that changed most"
        head={
          <tr>
            <th scope="col">Changed most</th>
            <th scope="col" className="text-right">
              Before
            </th>
            <th scope="col" className="text-right">
              After
            </th>
            <th scope="col" className="text-right">
              Data
            </th>
            <th scope="col" className="text-right">
              Model
            </th>
            <th scope="col" className="text-right">
              Overrides
            </th>
            <th scope="col" className="max-md:hidden">
              Method
            </th>
          </tr>
        }
      >
        {items.map((item) => (
          <tr key={`${item.sku} ${item.location}`}>
            <td>
              <Link
                to="/products/$sku"
                params={{ sku: item.sku }}
                search={{ location: item.location }}
                className="font-medium underline-offset-2 hover:underline"
              >
                {item.sku}
              </Link>{" "}
              <span className="text-ink-3">{item.location}</span>
            </td>
            <td className="text-right">{units(item.before)}</td>
            <td className="text-right font-medium">{units(item.after)}</td>
            <td className="text-right text-ink-2">{signed(item.data)}</td>
            <td className="text-right text-ink-2">{signed(item.model)}</td>
            <td className="text-right text-ink-2">{signed(item.override)}</td>
            <td className="text-ink-2 max-md:hidden">
              {item.method_before === item.method_after || !item.method_before
                ? words(item.method_after)
                : `${words(item.method_before)} → ${words(item.method_after)}`}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
