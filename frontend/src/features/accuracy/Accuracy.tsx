import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { useCallback } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { Choice, Segmented } from "@/components/ui/controls";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { count, day, decimals, percent, plural, points } from "@/lib/format";
import { roomOf, useRoom } from "@/lib/room";
import { t } from "@/lib/texts";
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

const LAG_OPTIONS = LAGS.map((lag) => ({
  value: String(lag),
  label: lag === 1 ? t("1 week") : t("{0} {0:week/weeks}", lag),
}));
const WEEKS = [4, 13, 26, 52].map((weeks) => ({
  value: String(weeks),
  label: t("Last {0} {0:week/weeks}", weeks),
}));

export function Accuracy({ search, onSearch }: Props) {
  const lag = search.lag ?? 1;
  const weeks = search.weeks ?? 13;
  const found = useQuery({
    ...query("/api/forecast/accuracy", { query: { by: "all", weeks } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const byLag = useRoom<HTMLDivElement>("by-lag");
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
            ? t(
                "Published forecasts against what was sold, weeks of {0} to {1}. Nothing is refitted.",
                day(found.data.oldest),
                day(found.data.newest),
              )
            : t("Published forecasts against what was sold.")
        }
      >
        <Choice
          label={t("Weeks looked at")}
          value={String(weeks)}
          options={WEEKS}
          onChange={(value) => onSearch({ weeks: Number(value) })}
        />
        <Segmented
          label={t("How far ahead")}
          value={String(lag)}
          options={LAG_OPTIONS}
          onChange={(value) => onSearch({ lag: Number(value) as Lag })}
        />
      </PageHead>
      <Rehearsal onMade={measureAgain} />
      {found.isError && !found.data ? (
        <Card>
          <ErrorCard title={t("Accuracy")} error={found.error} onRetry={() => void found.refetch()} />
        </Card>
      ) : !loading && rows.length === 0 ? (
        <Card>
          <Empty title={t("Nothing to measure yet")}>
            {t(
              "A forecast is measured once a week it was made for has ended. With nine months of sales, the first training also rehearses the 13 weeks before it, so that they can be measured at once.",
            )}
          </Empty>
        </Card>
      ) : (
        <>
          <Rehearsed row={row} loading={loading} />
          <KpiRow label={t("Accuracy as a whole")}>
            <Kpi label={t("Error (WAPE)")} term="WAPE" value={percent(row?.wape)} loading={loading}>
              {row?.wape_naive != null && row.wape != null
                ? t("{0} against the naive forecast", points(row.wape - row.wape_naive))
                : t("Nothing sold at this lag")}
            </Kpi>
            <Kpi
              label={t("Error per usual change (MASE)")}
              term="MASE"
              value={decimals(row?.mase, 2)}
              loading={loading}
            >
              {t("below 1 beats “as last week”")}
            </Kpi>
            <Kpi label={t("Bias")} term="bias" value={points(row?.bias)} loading={loading}>
              {row?.bias == null
                ? ""
                : row.bias < 0
                  ? t("forecasts were too low")
                  : t("forecasts were too high")}
            </Kpi>
            <Kpi
              label={t("Inside the 80 % range")}
              term="coverage"
              value={percent(row?.coverage80)}
              loading={loading}
            >
              {row && (
                <Badge tone={coverageTone(row.coverage80)}>
                  {row.coverage80 > 0.84
                    ? t("Wider than needed")
                    : row.coverage80 < 0.76
                      ? t("Too narrow")
                      : t("As promised")}
                </Badge>
              )}
            </Kpi>
            <Kpi
              label={t("Tracking signal")}
              term="tracking signal"
              value={decimals(row?.tracking_signal, 1)}
              loading={loading}
            >
              {row && (
                <Badge tone={signalTone(row.tracking_signal)}>
                  {Math.abs(row.tracking_signal) > 4 ? t("Biased") : t("Within ±4")}
                </Badge>
              )}
            </Kpi>
          </KpiRow>
          <div className="mt-4 grid items-start gap-4 xl:grid-cols-2">
            <Card className="min-w-0">
              <CardHead
                title={t("Error by how far ahead")}
                note={
                  row &&
                  t("{0}, {1} {1:week/weeks} measured", plural(row.series, "product"), count(row.cells))
                }
              />
              {loading ? (
                <div style={{ height: roomOf("by-lag", 435) }} className="overflow-hidden">
                  <SkeletonRows rows={9} />
                </div>
              ) : (
                <div ref={byLag}>
                  <ByLag rows={rows} />
                </div>
              )}
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

/** How much of it was made afterwards; the line is always there, so that nothing moves when it is known. */
function Rehearsed({ row, loading }: { row: Schemas["AccuracyOut"] | undefined; loading: boolean }) {
  if (!loading && !row?.rehearsed)
    return <p className="mb-3 text-ink-2">{t("All of these weeks had a published forecast.")}</p>;
  return (
    <p className={clsx("mb-3 text-ink-2", loading && "invisible")}>
      <Badge tone="warn">{t("Rehearsal")}</Badge>{" "}
      {t(
        "{0} of these weeks had no published forecast: they are measured by what would have been published, made afterwards from what was known then.",
        percent(row && row.rehearsed / row.cells),
      )}
    </p>
  );
}
