import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { query } from "@/api/query";
import { Choice, Segmented } from "@/components/ui/controls";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { count, day, percent, plural, points } from "@/lib/format";
import { ByLag } from "./ByLag";
import { coverageTone, LAGS, type Lag, type Segment, signalTone } from "./logic";
import { Rehearsal } from "./Rehearsal";
import { Segments } from "./Segments";
import { ValueAdded } from "./ValueAdded";

export interface Search {
  lag?: Lag | undefined;
  weeks?: number | undefined;
  by?: Segment | undefined;
}
interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

const LAG_OPTIONS = LAGS.map((lag) => ({ value: String(lag), label: lag === 1 ? "1 week" : `${lag} weeks` }));
const WEEKS = [4, 13, 26, 52].map((weeks) => ({ value: String(weeks), label: `Last ${weeks} weeks` }));

export function Accuracy({ search, onSearch }: Props) {
  const lag = search.lag ?? 1;
  const weeks = search.weeks ?? 13;
  const found = useQuery({
    ...query("/api/forecast/accuracy", { query: { by: "all", weeks } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const client = useQueryClient();
  const measureAgain = useCallback(
    () => void client.invalidateQueries({ queryKey: ["forecast", "accuracy"] }),
    [client],
  );
  const rows = found.data?.items ?? [];
  const row = rows.find((item) => item.lag === lag);
  const loading = found.isPending;
  return (
    <>
      <PageHead
        text={
          found.data
            ? `Published forecasts against what was sold, weeks of ${day(found.data.oldest)} to ${day(found.data.newest)}. Nothing is refitted.`
            : "Published forecasts against what was sold."
        }
      >
        <Choice
          label="Weeks looked at"
          value={String(weeks)}
          options={WEEKS}
          onChange={(value) => onSearch({ weeks: Number(value) })}
        />
        <Segmented
          label="How far ahead"
          value={String(lag)}
          options={LAG_OPTIONS}
          onChange={(value) => onSearch({ lag: Number(value) as Lag })}
        />
      </PageHead>
      <Rehearsal onMade={measureAgain} />
      {found.isError && !found.data ? (
        <Card>
          <ErrorCard title="Accuracy" error={found.error} onRetry={() => void found.refetch()} />
        </Card>
      ) : !loading && rows.length === 0 ? (
        <Card>
          <Empty title="Nothing to measure yet">
            A forecast is measured once a week it was made for has ended. With nine months of sales, the first
            training also rehearses the 13 weeks before it, so that they can be measured at once.
          </Empty>
        </Card>
      ) : (
        <>
          {row && row.rehearsed > 0 && (
            <p className="mb-3 text-ink-2">
              <Badge tone="warn">Rehearsal</Badge> {percent(row.rehearsed / row.cells)} of these weeks had no
              published forecast: they are measured by what would have been published, made afterwards from
              what was known then.
            </p>
          )}
          <KpiRow label="Accuracy as a whole">
            <Kpi label="Error (WAPE)" term="WAPE" value={percent(row?.wape)} loading={loading}>
              {row?.wape_naive != null && row.wape != null
                ? `${points(row.wape - row.wape_naive)} against the naive forecast`
                : "Nothing sold at this lag"}
            </Kpi>
            <Kpi
              label="Error per usual change (MASE)"
              term="MASE"
              value={row?.mase?.toFixed(2) ?? "No data"}
              loading={loading}
            >
              below 1 beats “as last week”
            </Kpi>
            <Kpi
              label="Bias"
              term="bias"
              value={row?.bias == null ? "No data" : points(row.bias)}
              loading={loading}
            >
              {(row?.bias ?? 0) < 0 ? "forecasts were too low" : "forecasts were too high"}
            </Kpi>
            <Kpi
              label="Inside the 80 % range"
              term="coverage"
              value={percent(row?.coverage80)}
              loading={loading}
            >
              {row && (
                <Badge tone={coverageTone(row.coverage80)}>
                  {row.coverage80 > 0.84
                    ? "Wider than needed"
                    : row.coverage80 < 0.76
                      ? "Too narrow"
                      : "As promised"}
                </Badge>
              )}
            </Kpi>
            <Kpi
              label="Tracking signal"
              term="tracking signal"
              value={row ? row.tracking_signal.toFixed(1).replace("-", "−") : "No data"}
              loading={loading}
            >
              {row && (
                <Badge tone={signalTone(row.tracking_signal)}>
                  {Math.abs(row.tracking_signal) > 4 ? "Biased" : "Within ±4"}
                </Badge>
              )}
            </Kpi>
          </KpiRow>
          <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
            <Card className="min-w-0">
              <CardHead
                title="Error by how far ahead"
                note={row && `${plural(row.series, "product")}, ${count(row.cells)} weeks measured`}
              />
              {loading ? <SkeletonRows rows={4} /> : <ByLag rows={rows} />}
            </Card>
            <ValueAdded lag={lag} weeks={weeks} />
          </div>
          <div className="mt-4">
            <Segments lag={lag} weeks={weeks} by={search.by ?? "method"} onBy={(by) => onSearch({ by })} />
          </div>
        </>
      )}
    </>
  );
}
