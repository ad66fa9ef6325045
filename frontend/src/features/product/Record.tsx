import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { Badge } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { percent, plural, points } from "@/lib/format";
import { t } from "@/lib/texts";
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
        {plural(lag, "week")} {t("ahead, the 80 % band")} <Term of="coverage">{t("held")}</Term>{" "}
        <strong className="text-ink">{percent(past.data.coverage80)}</strong>{" "}
        {weeks === 1 ? t("of one week") : t("of the last {0} weeks", weeks)};{" "}
        <Term of="WAPE">{t("error")}</Term> <strong className="text-ink">{percent(past.data.wape)}</strong>,{" "}
        <Term of="bias">{t("bias")}</Term> <strong className="text-ink">{points(past.data.bias)}</strong>.
      </span>
      {rehearsed > 0 && (
        <span>
          <Badge tone="warn">{t("Rehearsal")}</Badge>{" "}
          {rehearsed === weeks ? t("All of them") : t("{0} of them", rehearsed)}{" "}
          {t("made afterwards, from what was known then: nothing had been published.")}
        </span>
      )}
    </div>
  );
}
