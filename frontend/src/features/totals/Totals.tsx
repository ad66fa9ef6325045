import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { FlaskConical, X } from "lucide-react";
import { useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import { ForecastChart } from "@/components/charts/ForecastChart";
import { pointsOf } from "@/components/charts/model";
import { ShowAs, type Shown } from "@/components/charts/ShowAs";
import { Facets } from "@/components/table/Facets";
import { buttonLook } from "@/components/ui/controls";
import { Kpi, KpiRow } from "@/components/ui/Kpi";
import { NoForecasts } from "@/components/ui/NoForecasts";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { WeekTable } from "@/features/product/WeekTable";
import { count, percent, plural, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { Parts } from "./Parts";
import { FACETS, nextBy, type TotalsSearch } from "./search";
import { useTotal } from "./useTotal";

type Total = Schemas["TotalOut"];
interface Props {
  search: TotalsSearch;
  /** `replace` where it is how to show it, not another total. */
  onSearch: (search: TotalsSearch, replace?: boolean) => void;
}

/** Any sum of what is sold: a category, a supplier, a class, a location, or where they meet. */
export function Totals({ search, onSearch }: Props) {
  const by = nextBy(search);
  const found = useTotal(search, by);
  const name = FACETS.flatMap((facet) => search[facet] ?? []).join(", ") || t("Everything");
  const supposed = supposedOf(search);
  const drill = (change: TotalsSearch) => onSearch({ ...search, by: undefined, ...change });
  return (
    <>
      <PageHead
        text={t("History, forecast and range of a sum. Ranges are of the sum itself, never added up.")}
      >
        <Facets facets={FACETS} value={search} onChange={drill} />
        {supposed && (
          <Link to="/what-if" search={supposed} className={buttonLook()}>
            <FlaskConical size={14} aria-hidden /> {t("What if")}
          </Link>
        )}
      </PageHead>
      <Path search={search} onUp={drill} />
      {found.isError ? (
        <Card>
          <ErrorCard title={t("The total")} error={found.error} onRetry={() => void found.refetch()} />
        </Card>
      ) : !found.data ? (
        <Card>
          <SkeletonRows rows={9} />
        </Card>
      ) : (
        <div className={clsx("grid gap-4 [&>*]:min-w-0", found.isPlaceholderData && "opacity-60")}>
          {found.data.series === 0 ? (
            <Card>
              {FACETS.some((facet) => search[facet]) ? (
                <Empty title={t("Nothing is forecast here")}>
                  {t("No series is in all that was chosen, or no training has run yet.")}
                </Empty>
              ) : (
                <NoForecasts />
              )}
            </Card>
          ) : (
            <>
              <Ahead total={found.data} />
              <Weeks key={name} total={found.data} name={name} />
            </>
          )}
          <Parts
            by={by}
            onBy={(next) => onSearch({ ...search, by: next }, true)}
            onOpen={(key) => drill(by === "category" ? { category: key } : { location: key })}
            found={found}
          />
        </div>
      )}
    </>
  );
}

/** The same products of a scenario: it is of a category, of a supplier or of a class, not of where they meet. */
function supposedOf({ category, supplier, segment, location }: TotalsSearch) {
  const named = [category, supplier, segment].filter((one) => one !== undefined);
  if (named.length !== 1) return undefined;
  return { category, supplier, segment, ...(location !== undefined && { locations: [location] }) };
}

/** Where one is, and the ways up. */
function Path({ search, onUp }: { search: TotalsSearch; onUp: (change: TotalsSearch) => void }) {
  const chosen = FACETS.filter((facet) => search[facet] !== undefined);
  if (chosen.length === 0) return null;
  const up = Object.fromEntries(FACETS.map((facet) => [facet, undefined]));
  return (
    <nav aria-label={t("Narrowed down to")} className="flex flex-wrap items-center gap-2 pb-3">
      <button
        type="button"
        className="text-ink-2 underline-offset-2 hover:underline"
        onClick={() => onUp(up)}
      >
        {t("Everything")}
      </button>
      {chosen.map((facet) => (
        <span key={facet} className="inline-flex items-center gap-1">
          <span aria-hidden className="text-ink-3">
            /
          </span>
          <span className="inline-flex items-center rounded bg-sunken pl-2">
            {search[facet]}
            <button
              type="button"
              aria-label={t("Without {0}", search[facet])}
              className="ml-1 inline-flex size-6 items-center justify-center rounded hover:text-bad"
              onClick={() => onUp({ [facet]: undefined })}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        </span>
      ))}
    </nav>
  );
}

function Ahead({ total }: { total: Total }) {
  const horizons = [1, 4, 8, 13].filter((weeks) => weeks <= total.sums.length);
  return (
    <div>
      <KpiRow label={t("Expected")}>
        {horizons.map((weeks) => {
          const sum = total.sums[weeks - 1];
          return (
            <Kpi
              key={weeks}
              label={weeks === 1 ? t("Next week") : t("Next {0} {0:week/weeks}", weeks)}
              value={units(sum?.mean)}
              loading={false}
            >
              {t("likely {0}", range(sum?.quantiles["0.1"], sum?.quantiles["0.9"]))}
            </Kpi>
          );
        })}
      </KpiRow>
      <p className="pt-2 text-ink-2">
        {`${plural(total.series, "series", "series")}.`}{" "}
        {total.series > 1 && (
          <>
            <Term of="common part">{percent(total.common)}</Term>
            {t(
              " of what is uncertain they share, {0}.",
              total.measured_weeks > 0
                ? t("as {0} of past forecasts say", plural(total.measured_weeks, "week"))
                : t("as is usual: no past forecasts to measure it by"),
            )}
          </>
        )}{" "}
        {total.older > 0 && (
          <Badge tone="warn">{t("Without {0} whose forecast is older", count(total.older))}</Badge>
        )}
      </p>
    </div>
  );
}

function Weeks({ total, name }: { total: Total; name: string }) {
  const [view, setView] = useState<Shown>("chart");
  const points = useMemo(() => pointsOf(total), [total]);
  return (
    <Card className="min-w-0 p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="text-title font-semibold">{name}</h2>
        <div className="ml-auto">
          <ShowAs value={view} onChange={setView} />
        </div>
      </div>
      {view === "chart" ? (
        <ForecastChart points={points} lag={1} name={name} />
      ) : (
        <div className="-mx-4 mt-3 -mb-4">
          <WeekTable forecast={total} />
        </div>
      )}
    </Card>
  );
}
