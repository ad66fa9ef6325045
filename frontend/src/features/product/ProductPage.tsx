import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft, FlaskConical, Plus } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import { Button, buttonLook, Choice } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { useTitle } from "@/components/ui/PageHead";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { OverrideCard } from "@/features/overrides/OverrideCard";
import { RecordSale } from "@/features/sales/RecordSale";
import { day, range, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Demand } from "./Demand";
import { Details } from "./Details";
import { Drivers } from "./Drivers";
import { LeftOut } from "./LeftOut";
import { NextOrder } from "./NextOrder";
import type { PastLag } from "./past";
import { Why } from "./Why";

type Forecast = Schemas["ForecastOut"];
interface Props {
  sku: string;
  location: string | undefined;
  onLocation: (location: string) => void;
  lag: PastLag;
  onLag: (lag: PastLag) => void;
}

export function ProductPage({ sku, location, onLocation, lag, onLag }: Props) {
  const forecast = useQuery({
    ...query("/api/forecast/{product_id}", { path: { product_id: sku }, query: { location } }),
    placeholderData: keepPreviousData,
  });
  const product = useQuery(query("/api/products/{key}", { path: { key: sku } }));
  const [recording, setRecording] = useState(false);
  const found =
    forecast.data?.sku === sku.toUpperCase() || forecast.data?.product_id === sku ? forecast.data : undefined;
  const name = product.data?.name ?? found?.name ?? sku;
  useTitle(name);
  const none = asApiError(forecast.error).code === "no_forecast" && forecast.isError;
  return (
    <>
      <Link to="/products" className="inline-flex items-center gap-1 self-start pb-1 text-sec text-ink-2">
        <ChevronLeft size={14} aria-hidden /> {t("Products")}
      </Link>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 pb-4">
        <h1 className="min-w-0 text-page font-semibold tracking-tight [overflow-wrap:anywhere]">{name}</h1>
        <span className="text-ink-2">{found?.sku ?? sku}</span>
        {found && !found.active && <Badge>{t("Not sold lately")}</Badge>}
        {found?.stale && <Badge tone="warn">{t("Stale: past sales have changed since it was made")}</Badge>}
        <div className="ml-auto flex items-center gap-2">
          {found && found.locations.length > 1 && (
            <Choice
              label={t("Location")}
              value={found.location}
              options={found.locations.map((place) => ({ value: place, label: place }))}
              onChange={onLocation}
            />
          )}
          <Link to="/what-if" search={{ skus: [found?.sku ?? sku] }} className={buttonLook()}>
            <FlaskConical size={14} aria-hidden /> {t("What if")}
          </Link>
          {may("planner") && (
            <Button onClick={() => setRecording(true)}>
              <Plus size={14} aria-hidden /> {t("Record a sale")}
            </Button>
          )}
        </div>
      </div>
      {found ? (
        <Loaded
          key={`${found.sku} ${found.location}`}
          forecast={found}
          product={product.data}
          lag={lag}
          onLag={onLag}
        />
      ) : none ? (
        <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_332px]">
          <Card>
            <Empty title={t("No forecast yet")}>{asApiError(forecast.error).message}</Empty>
          </Card>
          {product.data && (
            <div className="grid min-w-0 content-start gap-4 md:grid-cols-2 xl:grid-cols-1">
              <NextOrder sku={product.data.sku} name={name} location={location ?? "main"} />
              <Details product={product.data} />
            </div>
          )}
        </div>
      ) : forecast.isError ? (
        <Card>
          <ErrorCard
            title={t("The forecast")}
            error={forecast.error}
            onRetry={() => void forecast.refetch()}
          />
        </Card>
      ) : (
        <Card>
          <SkeletonRows rows={9} />
        </Card>
      )}
      {recording && (
        <RecordSale sku={found?.sku ?? sku} location={found?.location} onClose={() => setRecording(false)} />
      )}
    </>
  );
}

function Loaded({
  forecast,
  product,
  lag,
  onLag,
}: Pick<Props, "lag" | "onLag"> & { forecast: Forecast; product: Schemas["ProductOut"] | undefined }) {
  const name = product?.name ?? forecast.sku;
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_332px]">
      <div className="grid min-w-0 content-start gap-4">
        <Demand forecast={forecast} name={name} lag={lag} onLag={onLag} />
        <OverrideCard
          sku={forecast.sku}
          location={forecast.location}
          category={product?.category}
          weeks={forecast.forecast.map((week) => week.week)}
        />
        <Drivers sku={forecast.sku} location={forecast.location} />
        <LeftOut sku={forecast.sku} location={forecast.location} />
      </div>
      <div className="grid min-w-0 content-start gap-4 md:grid-cols-2 xl:grid-cols-1">
        <Expected forecast={forecast} />
        <Why forecast={forecast} />
        <NextOrder sku={forecast.sku} name={name} location={forecast.location} />
        {product && <Details product={product} />}
      </div>
    </div>
  );
}

function Expected({ forecast }: { forecast: Forecast }) {
  const horizons = [1, 4, 8, forecast.sums.length].filter(
    (weeks, place, all) => all.indexOf(weeks) === place,
  );
  return (
    <Card>
      <CardHead title={t("Expected")} note={t("mean and 80 % range, as of {0}", day(forecast.as_of))} />
      <dl className="px-4 py-1">
        {horizons.map((weeks) => {
          const sum = forecast.sums[weeks - 1];
          return (
            sum && (
              <DefinitionLine
                key={weeks}
                label={weeks === 1 ? t("Next week") : t("Next {0} {0:week/weeks}", weeks)}
              >
                <strong className="font-semibold">{units(sum.mean)}</strong>{" "}
                <span className="text-ink-3">{range(sum.quantiles["0.1"], sum.quantiles["0.9"])}</span>
              </DefinitionLine>
            )
          );
        })}
      </dl>
    </Card>
  );
}
