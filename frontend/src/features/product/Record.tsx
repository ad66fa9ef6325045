import type { UseQueryResult } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { Badge } from "@/components/ui/states";
import { Term } from "@/components/ui/Term";
import { percent, plural, points } from "@/lib/format";
import { measured, type PastLag } from "./past";

/** How far the product's own past forecasts can be believed. */
export function Record({ past, lag }: { past: UseQueryResult<Schemas["PastOut"]>; lag: PastLag }) {
  if (past.isError)
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 pt-2 text-bad">
        Past forecasts could not be read; what is expected stands. {past.error.message}
        <Button onClick={() => void past.refetch()}>Try again</Button>
      </p>
    );
  if (!past.data || past.data.lag !== lag)
    return <p className="pt-2 text-ink-3">Reading the past forecasts …</p>;
  const { weeks, rehearsed } = measured(past.data);
  if (weeks === 0)
    return (
      <p className="pt-2 text-ink-3">
        {`No week of the last 26 that has ended was forecast ${plural(lag, "week")} ahead.`}
      </p>
    );
  return (
    <div
      role="status"
      aria-label="Record"
      className="flex flex-wrap items-center gap-x-2 gap-y-1 pt-2 text-ink-2"
    >
      <span>
        {plural(lag, "week")} ahead, the 80 % band <Term of="coverage">held</Term>{" "}
        <strong className="text-ink">{percent(past.data.coverage80)}</strong>{" "}
        {weeks === 1 ? "of one week" : `of the last ${weeks} weeks`}; <Term of="WAPE">error</Term>{" "}
        <strong className="text-ink">{percent(past.data.wape)}</strong>, <Term of="bias">bias</Term>{" "}
        <strong className="text-ink">{points(past.data.bias)}</strong>.
      </span>
      {rehearsed > 0 && (
        <span>
          <Badge tone="warn">Rehearsal</Badge> {rehearsed === weeks ? "All of them" : `${rehearsed} of them`}{" "}
          made afterwards, from what was known then: nothing had been published.
        </span>
      )}
    </div>
  );
}
