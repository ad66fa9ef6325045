import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Schemas } from "@/api/client";
import { needsQuery } from "@/api/queries";
import { outdate, untilAnswered } from "@/api/query";
import { day, plural } from "@/lib/format";
import { t } from "@/lib/texts";

type Needs = Schemas["Summary"];

const LOOK_MS = 2000;
/** What is made of decisions. */
const DECIDED = ["replenishment", "attention", "orders", "excess", "deliveries"] as const;

/** Of which forecast the orders are, while a newer one is being decided; nothing where there is none. */
export function newerText(needs: Needs | undefined): string | null {
  const newer = needs?.newer_run;
  if (!needs || !newer) return null;
  const left = needs.series - newer.decided;
  const far =
    newer.series === null || newer.arrived < newer.series
      ? t("its forecasts are arriving, {0} so far", plural(newer.arrived, "forecast"))
      : needs.as_of && left > 0
        ? t("{0} decided, {1} to go", plural(newer.decided, "product"), plural(left, "product"))
        : t("{0} decided so far", plural(newer.decided, "product"));
  return needs.as_of
    ? t(
        "What is to be ordered is still from the forecast of {0}. A newer one, of {1}, is being decided: {2}.",
        day(needs.as_of),
        day(newer.as_of),
        far,
      )
    : t("The forecast of {0} is being decided: {1}. Orders follow.", day(newer.as_of), far);
}

/** Says so, follows it and goes by itself: once all is decided, what was made of the run before is read again. */
export function NewerRun() {
  const client = useQueryClient();
  const { data } = useQuery({
    ...needsQuery,
    refetchInterval: (query) => (query.state.data?.newer_run ? LOOK_MS : untilAnswered(query)),
  });
  const run = data?.run_id;
  const before = useRef(run);
  useEffect(() => {
    if (before.current !== undefined && before.current !== run) outdate(client, DECIDED);
    before.current = run;
  }, [client, run]);
  const text = newerText(data);
  return (
    <div role="status">
      {text && <p className="mb-4 rounded-lg bg-warn-soft px-4 py-3 text-warn">{text}</p>}
    </div>
  );
}
