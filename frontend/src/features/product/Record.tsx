import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { Filled } from "@/components/ui/Filled";
import { Badge } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { percent, plural, points } from "@/lib/format";
import { t, tn } from "@/lib/texts";
import { measured, type PastLag } from "./past";

/** How far the product's own past forecasts can be believed. */
export function Record({ past, lag }: { past: UseQueryResult<Schemas["PastOut"]>; lag: PastLag }) {
  if (past.isError)
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 pt-2 text-bad">
        {t("Past forecasts could not be read; what is expected stands.")} {past.error.message}
        <Button onClick={() => void past.refetch()}>{t("Try again")}</Button>
      </p>
    );
  if (!past.data || past.data.lag !== lag)
    return <p className="pt-2 text-ink-3">{t("Reading the past forecasts …")}</p>;
  const { weeks, rehearsed } = measured(past.data);
  if (weeks === 0)
    return (
      <p className="pt-2 text-ink-3">
        {t("No week of the last 26 that has ended was forecast {0} ahead.", plural(lag, "week"))}
      </p>
    );
  return (
    <div
      role="status"
      aria-label={t("Record")}
      className="flex flex-wrap items-center gap-x-2 gap-y-1 pt-2 text-ink-2"
    >
      <span>
        <Filled
          text={tn(
            weeks,
            "{0} ahead, the 80 % band {1} {2} of one week; {3} {4}, {5} {6}.",
            "{0} ahead, the 80 % band {1} {2} of the last {7} weeks; {3} {4}, {5} {6}.",
          )}
          parts={[
            plural(lag, "week"),
            <Term key="held" of="coverage">
              {t("held")}
            </Term>,
            strong(percent(past.data.coverage80)),
            <Term key="error" of="WAPE">
              {t("error")}
            </Term>,
            strong(percent(past.data.wape)),
            <Term key="bias" of="bias">
              {t("bias")}
            </Term>,
            strong(points(past.data.bias)),
            weeks,
          ]}
        />
      </span>
      {rehearsed > 0 && (
        <span>
          <Badge tone="warn">{t("Rehearsal")}</Badge>{" "}
          {rehearsed === weeks
            ? t("All of them made afterwards, from what was known then: nothing had been published.")
            : t(
                "{0} of them made afterwards, from what was known then: nothing had been published.",
                rehearsed,
              )}
        </span>
      )}
    </div>
  );
}

const strong = (said: string) => (
  <strong key={said} className="text-ink">
    {said}
  </strong>
);
