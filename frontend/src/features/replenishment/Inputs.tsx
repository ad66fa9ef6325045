import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Dialog } from "@/components/ui/Dialog";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { day, money, percent, together, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Line, standing } from "./logic";

export interface Inputs {
  lead_time: { days: number[]; weights: number[]; source: string; mean_days: number };
  terms: {
    service_level: number;
    review_days: number;
    moq: number;
    multiple: number;
    unit_cost: number;
    price: number;
    shelf_life_days: number | null;
    stockout_cost: number | null;
  };
  position: { on_hand: number; on_order: number; reserved: number; net: number };
  /** By week of the forecast: units with a day, what is expected, and what of the units is beyond it. */
  overdue?: number;
  confirmed?: { units: number[]; forecast: number[]; excess: number[] };
  protected_days: number;
  daily_demand: number;
  need_before_packs: number;
}

/** What is decided for one product at one place; null while nothing can be. */
export const situationQuery = (sku: string, location: string) => ({
  ...query("/api/replenishment", { query: { sku, location } }),
  select: (page: Schemas["Page_Replenishment_"]) => page.items[0] ?? null,
});

/** Every number of a decision, down to what it was made from. */
export function InputsDialog({
  sku,
  location,
  line,
  onClose,
}: {
  sku: string;
  location: string;
  /** The line of an order whose quantity is asked about. */
  line?: Line;
  onClose: () => void;
}) {
  const found = useQuery(situationQuery(sku, location));
  return (
    <Dialog title={t("Why this quantity")} onClose={onClose}>
      {found.isPending ? (
        <SkeletonRows rows={6} height={40} />
      ) : found.isError ? (
        <ErrorCard title={t("The decision")} error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data ? (
        <Chain item={found.data} line={line} />
      ) : (
        <p className="text-ink-2">
          {t("Nothing is decided for this product: it needs a forecast, a count and terms.")}
        </p>
      )}
    </Dialog>
  );
}

function Step({ title, value, children }: { title: string; value: ReactNode; children: ReactNode }) {
  return (
    <li className="border-b border-line py-3 last:border-b-0">
      <div className="flex items-baseline justify-between gap-4">
        <h3 className="font-medium">{title}</h3>
        <p className="text-title font-semibold">{value}</p>
      </div>
      <div className="text-ink-2">{children}</div>
    </li>
  );
}

/** Reservations with a day ahead: a part of what is forecast, and demand of its own only beyond it. */
function Confirmed({ units: confirmed, excess }: NonNullable<Inputs["confirmed"]>) {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return t(
    "{0} are reserved for days ahead: the forecast of their weeks, and of the weeks beside, holds {1} of them, and {2} are added.",
    units(sum(confirmed)),
    units(sum(confirmed) - sum(excess)),
    units(sum(excess)),
  );
}

function Chain({ item, line }: { item: Schemas["Replenishment"]; line: Line | undefined }) {
  const inputs = item.inputs as unknown as Inputs;
  const { lead_time: lead, terms, position } = inputs;
  const level = percent(terms.service_level);
  const net = together(position.net, position.on_hand, position.on_order, position.reserved);
  const [upTo, there, need] = together(item.order_up_to, position.net, inputs.need_before_packs);
  return (
    <>
      <div className="flex items-start justify-between gap-3 pb-1">
        <div className="min-w-0">
          <ProductLink sku={item.sku} location={item.location} name={item.name} />
        </div>
        {item.segment && <Badge>{t("Class {0}", item.segment)}</Badge>}
      </div>
      <ol>
        <Step title={t("1. Lead time")} value={t("{0} {0:day/days}", units(lead.mean_days))}>
          {lastsText(inputs)}
          <LeadTimes days={lead.days} weights={lead.weights} />
        </Step>
        <Step
          title={t("2. Demand over {0} {0:day/days}", units(inputs.protected_days))}
          value={units(item.expected_demand)}
        >
          {t(
            "{0} a day: the expected weeks of the forecast of {1}, added up over these lead times.",
            units(inputs.daily_demand),
            day(item.as_of),
          )}{" "}
          {inputs.confirmed && <Confirmed {...inputs.confirmed} />} <FourWeeks item={item} />
        </Step>
        <Step title={t("3. Order up to, at {0} service", level)} value={upTo}>
          {t(
            "In {0} of cases demand over these days is not larger: the forecast's own quantile, mixed over the lead times. That is {1} of safety stock above what is expected.",
            level,
            units(item.safety_stock),
          )}
        </Step>
        <Step title={t("4. What there is")} value={net[0]}>
          {t(
            "{0} on hand + {1} on order − {2} reserved.{3}",
            net[1],
            net[2],
            net[3],
            item.days_of_cover !== null &&
              t(" On hand lasts about {0} {0:day/days}.", units(item.days_of_cover)),
          )}
          {inputs.overdue &&
            ` ${t("Of them {0} are held though their day is past: sold under their reference they are released, else release them.", units(inputs.overdue))}`}
        </Step>
        <Step title={line ? t("5. Wanted now") : t("5. Order")} value={units(item.quantity)}>
          {item.quantity > 0
            ? t(
                "{0} − {1} = {2} are needed{3}. {4}",
                upTo,
                there,
                need,
                t(
                  "; in packs of {0}{1}",
                  units(terms.multiple),
                  terms.moq > 0 ? t(", at least {0}", units(terms.moq)) : "",
                ),
                t("{0} at {1} each.", money(item.order_value), money(terms.unit_cost, "exact")),
              )
            : t("{0} are there, and {1} are enough: nothing is needed.", there, upTo)}
        </Step>
        {line && <InThisOrder line={line} wantedNow={item.quantity} />}
      </ol>
      <dl className="border-t border-line pt-1">
        <DefinitionLine label={t("Reorder point")}>{units(item.reorder_point)}</DefinitionLine>
        <DefinitionLine label={t("Order by")}>{day(item.order_by)}</DefinitionLine>
        <DefinitionLine label={t("Expected to be lost before an order can arrive")}>
          {t("{0} {0:unit/units}, {1}", units(item.short_units), money(item.revenue_at_risk))}
        </DefinitionLine>
        <DefinitionLine label={t("Likely to run out before that")}>
          {percent(item.stockout_risk)}
        </DefinitionLine>
        {terms.stockout_cost !== null && (
          <DefinitionLine label={t("Lacking one costs")}>
            {money(terms.stockout_cost, "exact")}
          </DefinitionLine>
        )}
      </dl>
    </>
  );
}

/** The same forecast over the span that every list and chart names, so that the two numbers can be told apart. */
function FourWeeks({ item }: { item: Schemas["Replenishment"] }) {
  const { data: forecast } = useQuery(
    query("/api/forecast/{product_id}", {
      path: { product_id: item.sku },
      query: { location: item.location },
    }),
  );
  const four = forecast?.as_of === item.as_of ? forecast.sums[3] : undefined;
  return four && t("In the next 4 weeks alone it expects {0}.", units(four.mean));
}

/** From what the policy wanted to what stands in the order: the budget's cut, a person's word, what changed since. */
function InThisOrder({ line, wantedNow }: { line: Line; wantedNow: number }) {
  const steps = standing(line, wantedNow);
  return (
    <Step title={t("6. In this order")} value={units(line.quantity)}>
      <ul>
        {steps.map((said) => (
          <li key={said}>{said}</li>
        ))}
      </ul>
    </Step>
  );
}

/** How often each lead time occurs: a small bar chart whose figures are its text too. */
function LeadTimes({ days, weights }: { days: number[]; weights: number[] }) {
  if (days.length < 2) return null;
  const most = Math.max(...weights);
  return (
    <ul className="mt-2 flex h-12 items-end gap-1" aria-label={t("How often each lead time occurs")}>
      {days.map((length, place) => (
        <li
          key={length}
          className="flex min-w-6 flex-1 flex-col items-center justify-end gap-0.5 self-stretch"
        >
          <svg width="100%" height="30" preserveAspectRatio="none" viewBox="0 0 10 30" aria-hidden="true">
            <rect
              x="0"
              width="10"
              y={30 - (28 * (weights[place] ?? 0)) / most}
              height={(28 * (weights[place] ?? 0)) / most}
              fill="var(--c-band-in)"
            />
          </svg>
          <span className="text-meta text-ink-3">
            {units(length)}
            <span className="sr-only">{t("days in {0} of cases", percent(weights[place]))}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** From when to when a delivery takes, and how long an order has to last with the review. */
function lastsText({ lead_time: lead, terms, protected_days: days }: Inputs): string {
  const said = [Math.min(...lead.days), Math.max(...lead.days), terms.review_days, days].map(units);
  return lead.source === "receipts"
    ? t(
        "Learned from receipts, from {0} to {1} {1:day/days}. With the review every {2} {2:day/days} an order has to last {3} {3:day/days}.",
        ...said,
      )
    : t(
        "As the supplier states it, from {0} to {1} {1:day/days}. With the review every {2} {2:day/days} an order has to last {3} {3:day/days}.",
        ...said,
      );
}
