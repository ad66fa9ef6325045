import { Link } from "@tanstack/react-router";
import { t } from "@/lib/texts";
import { Filled } from "./Filled";
import { Empty } from "./states";

/** Before the first training: what has to be done first, and where. */
export function NoForecasts() {
  return (
    <Empty title={t("No forecasts yet")}>
      <Filled
        text={t("{0} and then {1}.")}
        parts={[
          <Link key="imports" to="/imports" className="text-accent underline">
            {t("Import sales")}
          </Link>,
          <Link key="training" to="/training" className="text-accent underline">
            {t("train")}
          </Link>,
        ]}
      />
    </Empty>
  );
}
