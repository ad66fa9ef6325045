import { api, data } from "@/api/client";
import { useAct } from "@/lib/acts";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { Button } from "./controls";

/** Makes a forecast that knows what was planned since the last; for who may. */
export function UpdateForecast() {
  const update = useAct({
    send: () => data(api.POST("/api/forecast/update", { body: { cause: "manual" } })),
    stale: ["forecast/runs"],
    said: () => t("The forecast is being updated."),
    refusedAloud: true,
  });
  if (!may("planner")) return null;
  return (
    <Button className="ml-auto" disabled={update.isPending} onClick={() => update.mutate()}>
      {t("Update the forecast")}
    </Button>
  );
}
