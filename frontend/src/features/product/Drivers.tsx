import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { Effects } from "@/features/effects/Effects";
import { change, day, money, percent, units } from "@/lib/format";
import { heard } from "@/lib/heard";
import { kindOf } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";
import { dayAhead, today } from "@/lib/workspace";

interface Props {
  sku: string;
  location: string;
}
type Promotion = Schemas["PromotionOut"];
const BACK = 365;
const SHOWN = 6;

/** What moves a product's sales and is known: promotions with their lift, prices, holidays, and how far plans reach. */
export function Drivers({ sku, location }: Props) {
  const known = useQuery(query("/api/forecast/drivers", { query: { days: 91 } }));
  return (
    <Card className="min-w-0">
      <CardHead title={t("What drives it")} note={t("known to the forecast: promotions, prices, holidays")} />
      <div className="grid gap-x-6 md:grid-cols-2">
        <Promotions sku={sku} location={location} until={known.data?.until} />
        <div className="min-w-0">
          <Prices sku={sku} location={location} until={known.data?.until} />
          <Part title={t("Holidays in the next 13 weeks")}>
            {known.isError ? (
              <ErrorCard title={t("The holidays")} error={known.error} onRetry={() => void known.refetch()} />
            ) : !known.data ? (
              <SkeletonRows rows={2} height={33} />
            ) : (
              <Holidays known={known.data} location={location} />
            )}
          </Part>
        </div>
      </div>
      <div className="border-t border-line">
        <Part title={t("What they do to its sales")}>
          <Effects of={{ sku }} />
        </Part>
      </div>
    </Card>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="min-w-0 px-4 py-3">
      <h3 className="pb-1 font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Holidays({ known, location }: { known: Schemas["DriversOut"]; location: string }) {
  const found = known.days.filter((each) => each.location === location);
  if (found.length === 0)
    return <p className="text-ink-2">{heard(known.unknown[location] ?? known.holidays)}</p>;
  return (
    <ul>
      {found.map((each) => (
        <Line key={`${each.day} ${each.name}`} name={each.name}>
          {day(each.day)}
        </Line>
      ))}
    </ul>
  );
}

function Line({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <li className="flex items-baseline justify-between gap-4 border-b border-line py-1.5 last:border-b-0">
      <span className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">{name}</span>
      <span className="text-right whitespace-nowrap">{children}</span>
    </li>
  );
}

type Until = Schemas["DriversOut"]["until"] | undefined;

/** How far a plan reaches: beyond it the forecast expects what is said. */
const reaches = (until: Until, driver: string, beyond: string) => {
  if (!until) return null;
  const last = until[driver];
  return `${last ? t("Entered until {0}", day(last)) : t("Nothing is entered")}; ${beyond}.`;
};

function Promotions({ sku, location, until }: Props & { until: Until }) {
  const found = useQuery(
    query("/api/promotions", { query: { sku, location, from: dayAhead(-BACK), limit: 100 } }),
  );
  const newest = [...(found.data?.items ?? [])].reverse().slice(0, SHOWN);
  return (
    <Part title={t("Promotions")}>
      {found.isError ? (
        <ErrorCard title={t("The promotions")} error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={3} height={48} />
      ) : (
        <ul>
          {newest.map((each) => (
            <Promoted key={each.id} promotion={each} />
          ))}
        </ul>
      )}
      <p className="pt-1 text-sec text-ink-3">
        {newest.length < (found.data?.items.length ?? 0) &&
          t("The newest {0} of {1} in a year. ", newest.length, found.data?.items.length)}
        {reaches(until, "promotions", t("no other promotion is expected"))}
      </p>
    </Part>
  );
}

/** A promotion with its lift: planned while it is to come, measured once its weeks have ended. */
function Promoted({ promotion }: { promotion: Promotion }) {
  const effect = useQuery({
    ...query("/api/forecast/promotions/{promotion_id}", { path: { promotion_id: promotion.id } }),
    retry: false,
  });
  const told = effect.data;
  const kind = kindOf(promotion);
  const off = promotion.discount == null ? "" : t(", {0} off", percent(promotion.discount));
  const days =
    promotion.starts === promotion.ends
      ? day(promotion.starts)
      : t("{0} to {1}", day(promotion.starts), day(promotion.ends));
  return (
    <Line
      name={
        <>
          <Link
            to="/promotions"
            search={{ view: "promotions", q: promotion.name }}
            className="text-ink underline-offset-2 hover:underline"
          >
            {promotion.name}
          </Link>
          <span className="block text-meta text-ink-3">
            {days}
            {kind && `, ${kind}`}
            {off}
          </span>
        </>
      }
    >
      {!told ? (
        <span className="text-ink-3">{effect.isError ? asApiError(effect.error).message : "…"}</span>
      ) : told.lift === null ? (
        <span className="text-ink-3">{t("Nothing to compare with")}</span>
      ) : (
        <>
          <span className="font-semibold">{change(told.lift)}</span>
          <span className="block text-meta text-ink-3">
            <Term of="lift">{told.ended ? t("as sold") : t("planned")}</Term>, {units(told.during)}{" "}
            {t("units")}
            {told.planned_lift !== null && t("; {0} planned", change(told.planned_lift))}
          </span>
        </>
      )}
      {told && !told.known && !told.ended && (
        <span className="block">
          <Badge tone="warn">{t("Not in the forecast yet")}</Badge>
        </span>
      )}
    </Line>
  );
}

function Prices({ sku, location, until }: Props & { until: Until }) {
  const found = useQuery(query("/api/prices", { query: { sku, limit: 500 } }));
  const here = (found.data?.items ?? [])
    .filter((each) => each.location == null || each.location === location)
    .sort((one, other) => other.valid_from.localeCompare(one.valid_from));
  const now = today();
  return (
    <Part title={t("Prices")}>
      {found.isError ? (
        <ErrorCard title={t("The prices")} error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={2} height={33} />
      ) : (
        <ul>
          {here.slice(0, SHOWN).map((each) => (
            <Line
              key={`${each.location} ${each.valid_from}`}
              name={
                <>
                  {t("From {0}", day(each.valid_from, "always"))}{" "}
                  {each.valid_from > now && <Badge tone="info">{t("Planned")}</Badge>}
                </>
              }
            >
              {money(each.price, "exact")}
            </Line>
          ))}
        </ul>
      )}
      <p className="pt-1 text-sec text-ink-3">
        {here.length > SHOWN && t("The newest {0} of {1}. ", SHOWN, here.length)}
        {reaches(until, "prices", t("the last price is taken to stay"))}
      </p>
    </Part>
  );
}
