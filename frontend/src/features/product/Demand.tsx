import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { ForecastChart } from "@/components/charts/ForecastChart";
import { pointsOf } from "@/components/charts/model";
import { ShowAs, type Shown } from "@/components/charts/ShowAs";
import { Choice } from "@/components/ui/controls";
import { Card } from "@/components/ui/states";
import { units } from "@/lib/format";
import { t } from "@/lib/texts";
import { LAG_OPTIONS, type PastLag } from "./past";
import { Record } from "./Record";
import { WeekTable } from "./WeekTable";

type Forecast = Schemas["ForecastOut"];

/** The sum over the first weeks; quantiles do not add, so the API sends its own. */
export function sumOver(forecast: Forecast, weeks: number) {
  return forecast.sums.findLast((sum) => sum.weeks <= weeks);
}

interface Props {
  forecast: Forecast;
  name: string;
  lag: PastLag;
  onLag: (lag: PastLag) => void;
}

/** What was sold, what is expected, and what was expected of the weeks that have ended. */
export function Demand({ forecast, name, lag, onLag }: Props) {
  const [view, setView] = useState<Shown>("chart");
  const past = useQuery({
    ...query("/api/forecast/{product_id}/past", {
      path: { product_id: forecast.sku },
      query: { location: forecast.location, lag: lag || 1, weeks: 26 },
    }),
    enabled: lag > 0,
    placeholderData: keepPreviousData,
  });
  const before = lag > 0 && past.data?.lag === lag ? past.data : undefined;
  const points = useMemo(() => pointsOf(forecast, before?.items), [forecast, before]);
  const eight = sumOver(forecast, 8);
  return (
    <Card className="min-w-0 p-4">
      <div className="flex flex-wrap items-start gap-3">
        <div>
          <h2 className="text-title font-semibold">{t("Weekly demand")}</h2>
          {eight && (
            <p className="text-ink-2">
              {t("Next")} {eight.weeks} {t("weeks:")}{" "}
              <strong className="text-ink">{t("{0} {0:unit/units}", units(eight.mean))}</strong>{" "}
              {t("expected, likely")} {units(eight.quantiles["0.1"])} {t("to")}{" "}
              {units(eight.quantiles["0.9"])}
            </p>
          )}
        </div>
        <div className="ml-auto flex flex-wrap items-center gap-3">
          <Choice
            label={t("Past forecasts")}
            value={`${lag}`}
            options={LAG_OPTIONS}
            onChange={(value) => onLag(Number(value) as PastLag)}
          />
          <ShowAs value={view} onChange={setView} />
        </div>
      </div>
      {lag > 0 && <Record past={past} lag={lag} />}
      {view === "chart" ? (
        <>
          <Legend
            past={(before?.items.length ?? 0) > 0}
            stockout={points.some((point) => point.outOfStock)}
            plan={forecast.overridden}
          />
          <ForecastChart points={points} lag={lag} name={name} />
        </>
      ) : (
        <div className="-mx-4 mt-3 -mb-4">
          <WeekTable forecast={forecast} past={before} />
        </div>
      )}
    </Card>
  );
}

function Legend({ past, stockout, plan }: { past: boolean; stockout: boolean; plan: boolean }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 pt-2 text-sec text-ink-2">
      <li className="flex items-center gap-2">
        <i aria-hidden className="h-0.5 w-4 bg-(--c-actual)" /> {t("Actual")}
      </li>
      <li className="flex items-center gap-2">
        <i aria-hidden className="flex h-3 w-5 items-center bg-(--c-band-out)">
          <i className="flex h-1.5 w-full items-center bg-(--c-band-in)">
            <i className="h-0.5 w-full bg-(--c-p50)" />
          </i>
        </i>
        {t("Expected, 50% and 80% range")}
      </li>
      {past && (
        <li className="flex items-center gap-2">
          <i aria-hidden className="relative flex h-3 w-5 items-center">
            <i className="absolute inset-0 bg-(--c-past) opacity-16" />
            <i className="w-full border-t border-dashed border-(--c-past)" />
          </i>
          {t("Expected before, 80% range")}
        </li>
      )}
      {plan && (
        <li className="flex items-center gap-2">
          <Pencil size={12} aria-hidden className="text-accent" /> {t("Overridden")}
          <i aria-hidden className="ml-1 w-4 border-t-2 border-dotted border-ink-2" /> {t("Model alone")}
        </li>
      )}
      {stockout && (
        <li className="flex items-center gap-2">
          <i aria-hidden className="h-3 w-4 bg-(--c-stockout) opacity-30" />{" "}
          {t("Out of stock, excluded from training")}
        </li>
      )}
    </ul>
  );
}
