import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { query, untilAnswered } from "@/api/query";
import { Weighed } from "@/components/ui/Bar";
import { Badge, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { UpdateForecast } from "@/components/ui/UpdateForecast";
import { change, day, plural, units } from "@/lib/format";
import { t, tn } from "@/lib/texts";

type Effect = Schemas["PromotionEffectOut"];

/** What a promotion is expected to bring, or has brought: its weeks against those around it. */
export function Lift({ id }: { id: string }) {
  const found = useQuery({
    ...query("/api/forecast/promotions/{promotion_id}", { path: { promotion_id: id } }),
    retry: false,
    // What was just saved is told to the forecaster within seconds.
    refetchInterval: ({ state }) =>
      asApiError(state.error).code === "not_found" ? 2000 : untilAnswered({ state }),
  });
  if (found.isError)
    return asApiError(found.error).code === "not_found" ? (
      <p className="text-ink-2">{t("The forecaster is being told of it …")}</p>
    ) : (
      <ErrorCard title={t("The planned lift")} error={found.error} onRetry={() => void found.refetch()} />
    );
  if (!found.data) return <SkeletonRows rows={3} height={28} />;
  return <Told effect={found.data} />;
}

function Told({ effect }: { effect: Effect }) {
  const promoted = effect.weeks.filter((item) => item.promoted).length;
  const most = Math.max(1, ...effect.weeks.map((item) => item.units));
  return (
    <section aria-label={t("Lift")} className="grid gap-3">
      {!effect.known && !effect.ended && <NotKnown />}
      {promoted === 0 ? (
        <p className="text-ink-2">
          {effect.series === 0
            ? t("None of its products has a forecast yet.")
            : t("Its weeks lie beyond what is forecast, so nothing is expected of them yet.")}
        </p>
      ) : (
        <>
          <div>
            <p className="text-sec text-ink-2">
              <Term of="lift">{effect.ended ? t("Lift, as sold") : t("Planned lift")}</Term>
            </p>
            <p className="text-kpi font-semibold tracking-tight">
              {effect.lift === null ? t("Nothing to compare with") : change(effect.lift)}
            </p>
            <p className="text-ink-2">
              {during(effect, promoted)} {effect.planned !== null && `${plannedOf(effect)} `}
              {effect.planned_quantity !== null &&
                `${t("The plan is to sell {0} {0:unit/units}.", units(effect.planned_quantity))} `}
              {effect.missing > 0 && t("{0} more beyond the forecast.", plural(effect.missing, "week"))}
            </p>
          </div>
          <table className="w-full">
            <caption className="sr-only">{t("Units by week")}</caption>
            <tbody>
              {effect.weeks.map((item) => (
                <tr key={item.week} className="border-b border-line last:border-b-0">
                  <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-2">
                    {day(item.week)}
                  </th>
                  <td className="py-1 pr-3">
                    {item.promoted ? (
                      <Badge tone="good">{t("Promoted")}</Badge>
                    ) : item.compared ? (
                      ""
                    ) : (
                      <Badge>{t("Another promotion")}</Badge>
                    )}
                  </td>
                  <td className="py-1 pr-3 text-sec text-ink-3">{item.sold ? t("sold") : t("expected")}</td>
                  <td className="w-24 py-1 text-right">
                    <Weighed share={item.units / most}>{units(item.units)}</Weighed>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

/** What its weeks brought or are to bring, beside as many of the weeks around. */
function during({ during: inIts, ended, usual }: Effect, weeks: number): string {
  const said = ended
    ? tn(weeks, "{0} units sold in its week", "{0} units sold in its {1} weeks", units(inIts), weeks)
    : tn(weeks, "{0} units expected in its week", "{0} units expected in its {1} weeks", units(inIts), weeks);
  return usual === null ? `${said}.` : t("{0}; {1} in as many of the weeks around.", said, units(usual));
}

/** What was planned beside what came of it. */
function plannedOf({ planned, planned_lift: lift, rehearsed }: Effect): string {
  if (lift === null)
    return rehearsed
      ? t(
          "Planned {0:was/were} {0} {0:unit/units}, by forecasts made afterwards, as of then.",
          units(planned),
        )
      : t("Planned {0:was/were} {0} {0:unit/units}.", units(planned));
  return rehearsed
    ? t(
        "Planned {0:was/were} {0} {0:unit/units}, a lift of {1}, by forecasts made afterwards, as of then.",
        units(planned),
        change(lift),
      )
    : t("Planned {0:was/were} {0} {0:unit/units}, a lift of {1}.", units(planned), change(lift));
}

function NotKnown() {
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 rounded-lg bg-warn-soft px-4 py-3">
      <p className="text-warn">
        <strong>{t("Not in the forecast yet.")}</strong>{" "}
        {t("What is expected was made before this was planned or last changed.")}
      </p>
      <UpdateForecast />
    </div>
  );
}
