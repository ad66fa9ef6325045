import { useQuery } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import { Weighed } from "@/components/ui/Bar";
import { Button } from "@/components/ui/controls";
import { Badge, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { useAct } from "@/lib/acts";
import { change, day, plural, units } from "@/lib/format";
import { may } from "@/lib/session";

type Effect = Schemas["PromotionEffectOut"];

/** What a promotion is expected to bring, or has brought: its weeks against those around it. */
export function Lift({ id }: { id: string }) {
  const found = useQuery({
    ...query("/api/forecast/promotions/{promotion_id}", { path: { promotion_id: id } }),
    retry: false,
    // What was just saved is told to the forecaster within seconds.
    refetchInterval: ({ state }) => (asApiError(state.error).code === "not_found" ? 2000 : false),
  });
  if (found.isError)
    return asApiError(found.error).code === "not_found" ? (
      <p className="text-ink-2">The forecaster is being told of it …</p>
    ) : (
      <ErrorCard title="The planned lift" error={found.error} onRetry={() => void found.refetch()} />
    );
  if (!found.data) return <SkeletonRows rows={3} height={28} />;
  return <Told effect={found.data} />;
}

function Told({ effect }: { effect: Effect }) {
  const promoted = effect.weeks.filter((item) => item.promoted).length;
  const most = Math.max(1, ...effect.weeks.map((item) => item.units));
  return (
    <section aria-label="Lift" className="grid gap-3">
      {!effect.known && !effect.ended && <NotKnown />}
      {promoted === 0 ? (
        <p className="text-ink-2">
          {effect.series === 0
            ? "None of its products has a forecast yet."
            : "Its weeks lie beyond what is forecast, so nothing is expected of them yet."}
        </p>
      ) : (
        <>
          <div>
            <p className="text-sec text-ink-2">
              <Term of="lift">{effect.ended ? "Lift, as sold" : "Planned lift"}</Term>
            </p>
            <p className="text-kpi font-semibold tracking-tight">
              {effect.lift === null ? "Nothing to compare with" : change(effect.lift)}
            </p>
            <p className="text-ink-2">
              {`${units(effect.during)} units ${effect.ended ? "sold" : "expected"} in ${promoted === 1 ? "its week" : `its ${promoted} weeks`}`}
              {effect.usual !== null && `; ${units(effect.usual)} in as many of the weeks around`}.
              {effect.missing > 0 && ` ${plural(effect.missing, "week")} more beyond the forecast.`}
            </p>
          </div>
          <table className="w-full">
            <caption className="sr-only">Units by week</caption>
            <tbody>
              {effect.weeks.map((item) => (
                <tr key={item.week} className="border-b border-line last:border-b-0">
                  <th scope="row" className="py-1 pr-3 text-left font-normal text-ink-2">
                    {day(item.week)}
                  </th>
                  <td className="py-1 pr-3">
                    {item.promoted ? (
                      <Badge tone="good">Promoted</Badge>
                    ) : item.compared ? (
                      ""
                    ) : (
                      <Badge>Another promotion</Badge>
                    )}
                  </td>
                  <td className="py-1 pr-3 text-sec text-ink-3">{item.sold ? "sold" : "expected"}</td>
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

function NotKnown() {
  const update = useAct({
    send: () => data(api.POST("/api/forecast/update", { body: { cause: "manual" } })),
    stale: ["forecast/runs"],
    said: () => "The forecast is being updated.",
    refusedAloud: true,
  });
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 rounded-lg bg-warn-soft px-4 py-3">
      <p className="text-warn">
        <strong>Not in the forecast yet.</strong> What is expected was made before this was planned or last
        changed.
      </p>
      {may("planner") && (
        <Button className="ml-auto" disabled={update.isPending} onClick={() => update.mutate()}>
          Update the forecast
        </Button>
      )}
    </div>
  );
}
