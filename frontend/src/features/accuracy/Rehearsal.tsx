import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, data } from "@/api/client";
import { query, untilAnswered } from "@/api/query";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Card, CardHead, Progress } from "@/components/ui/states";
import { duration, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

const OPEN = ["waiting", "running"];

/**
 * How far the rehearsal of the weeks before the first forecasts is, while it runs, or that it ended early; nothing once
 * it is whole. `onMade` is called when another week is made.
 */
export function Rehearsal({ onMade }: { onMade: () => void }) {
  const found = useQuery({
    ...query("/api/forecast/accuracy/rehearsal"),
    refetchInterval: ({ state }) =>
      OPEN.includes(state.data?.current?.status ?? "") ? 3000 : untilAnswered({ state }),
  });
  const made = found.data?.made;
  const before = useRef(made);
  useEffect(() => {
    if (before.current !== undefined && made !== before.current) onMade();
    before.current = made;
  }, [made, onMade]);
  const run = found.data?.current;
  if (!found.data || !run) return null;
  const open = OPEN.includes(run.status);
  return (
    <Card className="mb-4">
      <CardHead
        title={open ? t("Rehearsing the weeks before") : t("The rehearsal ended early")}
        note={open ? words(run.stage ?? run.status) : run.error ? heard(run.error) : words(run.status)}
      >
        {open && may("planner") && (
          <ConfirmButton
            label={t("Cancel")}
            look="danger"
            title={t("Cancel the rehearsal")}
            does={t("Cancel the rehearsal")}
            send={() =>
              data(api.POST("/api/forecast/runs/{run_id}/cancel", { params: { path: { run_id: run.id } } }))
            }
            stale={["forecast/accuracy"]}
          >
            {t("The weeks that are made already stay; the others are not measured.")}
          </ConfirmButton>
        )}
      </CardHead>
      <div className="flex flex-col gap-2 p-4">
        <Progress label={t("Rehearsal")} done={found.data.made} total={found.data.of} />
        <p className="flex justify-between gap-4 text-ink-2">
          <span>
            {t(
              "{0} of {1} {1:week/weeks}: the forecasts that would have been published, from what was known then.",
              found.data.made,
              found.data.of,
            )}
          </span>
          <span>
            {open && run.seconds_left != null ? t("this one about {0} more", duration(run.seconds_left)) : ""}
          </span>
        </p>
      </div>
    </Card>
  );
}
