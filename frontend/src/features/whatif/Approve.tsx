import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { Confirm } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { useAct } from "@/lib/acts";
import { change, money, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { deedsOf } from "./deeds";
import { Entered } from "./Entered";
import type { Asked, Told } from "./useScenario";

interface Props {
  asked: Asked;
  told: Told;
}

/** A scenario becomes the plan: what that would enter, in numbers, asked first; then where it stands. */
export function Approve({ asked, told }: Props) {
  const [asking, setAsking] = useState(false);
  const key = useRequestKey(asked);
  const approve = useAct<void, Schemas["Approved"]>({
    send: () =>
      data(
        api.POST("/api/scenarios/approve", {
          params: { header: { "idempotency-key": key() } },
          body: asked,
        }),
      ),
    stale: [
      "promotions",
      "prices",
      "products",
      "suppliers",
      "supply-terms",
      "replenishment",
      "forecast/drivers",
    ],
    said: () => t("The scenario is the plan."),
    onDone: () => setAsking(false),
  });
  if (approve.data) return <Entered asked={asked} entered={approve.data} />;
  if (!may("planner")) return null;
  const products = told.products.length + told.more_products;
  const deeds = deedsOf(asked, products);
  if (asked.scenario.weather)
    return (
      <p className="rounded-[10px] border border-line bg-panel px-4 py-3 text-ink-2">
        {t("Weather is supposed and not planned: leave it out to make the rest the plan.")}
      </p>
    );
  const stays =
    asked.scenario.lead_days !== undefined && asked.scenario.lead_days !== null && !asked.scope.supplier;
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-[10px] border border-line bg-panel px-4 py-3">
      <p className="min-w-0 flex-1 text-ink-2">
        {t("Only supposed so far: nothing is changed until it is made the plan.")}
      </p>
      <Button
        look="primary"
        onClick={() => {
          approve.reset();
          setAsking(true);
        }}
      >
        {t("Make it the plan")}
      </Button>
      {asking && (
        <Confirm
          title={t("Make it the plan")}
          does={t("Make it the plan")}
          busy={approve.isPending}
          error={approve.error}
          ready={!stays}
          onConfirm={() => approve.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{t("This enters:")}</p>
          <ul className="list-disc py-2 pl-5 text-ink">
            {deeds.map((deed) => (
              <li key={deed}>{deed}</li>
            ))}
          </ul>
          <p>
            {t(
              "{0} {0:unit is/units are} expected then, instead of {1}{2}.",
              units(told.then.units),
              units(told.base.units),
              moneyOf(told),
            )}{" "}
            {t("Each part can be changed or taken back where it stands.")}
          </p>
          {stays && (
            <p className="pt-2 text-warn">
              {t("A lead time is a supplier's: to make it the plan, name the products by their supplier.")}
            </p>
          )}
        </Confirm>
      )}
    </div>
  );
}

function moneyOf({ base, then }: Told): string {
  if (base.revenue === null || then.revenue === null) return "";
  const margin =
    base.margin === null || then.margin === null || base.margin === 0
      ? ""
      : t(", margin {0}", change(then.margin / base.margin - 1));
  return t(", for {0} instead of {1}{2}", money(then.revenue), money(base.revenue), margin);
}
