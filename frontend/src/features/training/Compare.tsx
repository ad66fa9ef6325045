import { useQuery } from "@tanstack/react-query";
import { scaleLinear } from "d3-scale";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { useWidth } from "@/components/charts/useWidth";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Choice } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { count, day, units } from "@/lib/format";
import { wordsOf } from "@/lib/heard";
import { locale, t } from "@/lib/texts";
import { waterfall } from "./logic";

type Run = Schemas["RunOut"];
type Difference = Schemas["RunDifference"];
const SIGNED = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: "exceptZero" });
const signed = (value: number) => SIGNED.format(Math.round(value)).replace("-", "−");

/** Two runs over the weeks that both forecast: what changed, and what caused it. */
export function Compare({ runs }: { runs: Run[] }) {
  const known = runs.filter((run) => run.series > 0);
  const [before, setBefore] = useState(known[1]?.id ?? "");
  const [after, setAfter] = useState(known[0]?.id ?? "");
  const found = useQuery({
    ...query("/api/forecast/runs/{run_id}/diff", {
      path: { run_id: before },
      query: { to: after, limit: 15 },
    }),
    enabled: before !== "" && after !== "" && before !== after,
    staleTime: 60_000,
  });
  if (known.length < 2) return null;
  const options = known.map((run) => ({
    value: run.id,
    label: t("Run {0}, as of {1}", run.version, day(run.as_of)),
  }));
  return (
    <Card className="min-w-0">
      <CardHead title={t("What changed between two runs")}>
        <Choice label={t("From")} value={before} options={options} onChange={setBefore} />
        <span className="text-ink-3">{t("to")}</span>
        <Choice label={t("To")} value={after} options={options} onChange={setAfter} />
      </CardHead>
      {before === after ? (
        <p className="px-4 py-3 text-ink-2">{t("Choose two different runs.")}</p>
      ) : found.isError ? (
        <ErrorCard title={t("The difference")} error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={4} />
      ) : found.data.series === 0 || (found.data.total_before === 0 && found.data.total_after === 0) ? (
        <p className="px-4 py-3 text-ink-2">{t("These runs have no week in common.")}</p>
      ) : (
        <>
          <Waterfall found={found.data} />
          <Series items={found.data.items} />
        </>
      )}
    </Card>
  );
}

const NAMES = { data: t("Data"), model: t("Model"), override: t("Overrides") } as const;
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
    { name: t("Before"), value: found.total_before },
    ...causes.map((cause) => ({ name: NAMES[cause.name], cause })),
    { name: t("After"), value: found.total_after },
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
                {cause ? signed(cause.change) : t("{0} {0:unit/units}", units(value))}
              </text>
            </g>
          );
        })}
      </svg>
      <p className="pt-1 text-meta text-ink-3">
        {t(
          "Units over the weeks that both forecast, {0} series. Data: other sales, prices or plans. Model: another method, or other code.",
          count(found.series),
        )}
      </p>
    </div>
  );
}

function spoken(found: Difference): string {
  const causes = waterfall(found).map(({ name, change }) => `${NAMES[name]} ${signed(change)}`);
  return t(
    "From {0} to {1} {1:unit/units}: {2}",
    units(found.total_before),
    units(found.total_after),
    causes.join(", "),
  );
}

type Changed = Schemas["DifferenceOut"];

const part = (id: "data" | "model" | "override"): Column<Changed> => ({
  id,
  label: NAMES[id],
  width: 80,
  align: "right",
  from: "sm",
  text: (item) => item[id],
  cell: (item) => <span className="text-ink-2">{signed(item[id])}</span>,
});

const methods = (item: Changed) =>
  item.method_before === item.method_after || !item.method_before
    ? wordsOf(item.method_after)
    : `${wordsOf(item.method_before)} → ${wordsOf(item.method_after)}`;

const CHANGED: readonly Column<Changed>[] = [
  {
    id: "product",
    label: t("Changed most"),
    width: 150,
    text: (item) => `${item.sku} ${item.location}`,
    cell: (item) => <ProductLink sku={item.sku} location={item.location} below={item.location} />,
  },
  {
    id: "before",
    label: t("Before"),
    width: 84,
    align: "right",
    text: (item) => item.before,
    cell: (item) => units(item.before),
  },
  {
    id: "after",
    label: t("After"),
    width: 84,
    align: "right",
    text: (item) => item.after,
    cell: (item) => <span className="font-medium">{units(item.after)}</span>,
  },
  part("data"),
  part("model"),
  part("override"),
  {
    id: "method",
    label: t("Method"),
    width: 190,
    from: "md",
    text: methods,
    cell: (item) => <span className="text-ink-2">{methods(item)}</span>,
  },
];

function Series({ items }: { items: Changed[] }) {
  return (
    <div className="border-t border-line">
      <DataTable
        label={t("Series that changed most")}
        one="product"
        columns={CHANGED}
        rows={here(items)}
        rowKey={(item) => `${item.sku} ${item.location}`}
        empty={null}
      />
    </div>
  );
}
