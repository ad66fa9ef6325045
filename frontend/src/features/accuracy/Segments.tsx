import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Bar } from "@/components/ui/Bar";
import { Segmented } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { count, percent, points, units, words } from "@/lib/format";
import { coverageTone, type Lag, signalTone } from "./logic";

const BY = [
  { value: "method", label: "Method" },
  { value: "category", label: "Category" },
  { value: "location", label: "Location" },
  { value: "sku", label: "Product" },
] as const;

/** The same figures a segment, largest first. */
export function Segments({ lag, weeks }: { lag: Lag; weeks: number }) {
  const [by, setBy] = useState<(typeof BY)[number]["value"]>("method");
  const found = useQuery({
    queryKey: keys.accuracy({ by, weeks }),
    queryFn: () => data(api.GET("/api/forecast/accuracy", { params: { query: { by, weeks, limit: 500 } } })),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const rows = (found.data?.items ?? []).filter((row) => row.lag === lag).slice(0, 50);
  return (
    <Card className={found.isPlaceholderData ? "opacity-60" : ""}>
      <CardHead title="By segment" note={lag === 1 ? "1 week ahead" : `${lag} weeks ahead`}>
        <Segmented label="Segments" value={by} options={BY} onChange={setBy} />
      </CardHead>
      {found.isError ? (
        <ErrorCard title="The segments" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={5} />
      ) : rows.length === 0 ? (
        <Empty title="Nothing to measure at this lag" />
      ) : (
        <Table
          label="Accuracy by segment"
          head={
            <tr>
              <th scope="col">{BY.find((item) => item.value === by)?.label}</th>
              <th scope="col" className="text-right">
                Units sold
              </th>
              <th scope="col" className="text-right">
                Error (WAPE)
              </th>
              <th scope="col" className="text-right">
                Against naive
              </th>
              <th scope="col" className="text-right">
                Bias
              </th>
              <th scope="col" className="text-right">
                MASE
              </th>
              <th scope="col" className="text-right">
                Inside 80 %
              </th>
              <th scope="col" className="text-right">
                Signal
              </th>
            </tr>
          }
        >
          {rows.map((row) => (
            <tr key={row.segment}>
              <td className="min-w-40 font-medium">
                {by === "sku" ? (
                  <Link
                    to="/products/$sku"
                    params={{ sku: row.segment }}
                    search={{}}
                    className="underline-offset-2 hover:underline"
                  >
                    {row.segment}
                  </Link>
                ) : (
                  words(row.segment)
                )}
                <span className="block text-meta font-normal text-ink-3">
                  {count(row.cells)} weeks measured
                </span>
              </td>
              <td className="text-right">{units(row.actual)}</td>
              <td className="text-right">
                <span className="font-semibold">{percent(row.wape)}</span>
                <Bar share={row.wape ?? 0} className="mt-1 ml-auto w-20" />
              </td>
              <td className="text-right whitespace-nowrap text-ink-2">
                {row.wape === null || row.wape_naive === null ? "No data" : points(row.wape - row.wape_naive)}
              </td>
              <td className="text-right whitespace-nowrap">
                {row.bias === null ? "No data" : points(row.bias)}
              </td>
              <td className="text-right">{row.mase?.toFixed(2) ?? "No data"}</td>
              <td className="text-right">
                {percent(row.coverage80)}
                <Bar
                  share={row.coverage80}
                  mark={0.8}
                  className="mt-1 ml-auto w-20"
                  tone={
                    { good: "bg-good", warn: "bg-warn", bad: "bg-bad" }[
                      coverageTone(row.coverage80) as "good"
                    ]
                  }
                />
              </td>
              <td className="text-right">
                <Badge tone={signalTone(row.tracking_signal)}>
                  {row.tracking_signal.toFixed(1).replace("-", "−")}
                </Badge>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
