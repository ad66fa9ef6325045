import { keepPreviousData, useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { Choice } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { day, percent, units, words } from "@/lib/format";
import { heard, wordsOf } from "@/lib/heard";
import { say } from "@/lib/said";
import { t } from "@/lib/texts";

type Forecast = Schemas["ForecastOut"];
type Reason = Schemas["ReasonOut"];

/** Why a week's number is what it is: what each driver adds to it, which together are the number, exactly. */
export function Why({ forecast }: { forecast: Forecast }) {
  const weeks = forecast.forecast.map(({ week }) => week);
  const [week, setWeek] = useState(weeks[0] ?? "");
  const found = useQuery({
    ...query("/api/forecast/{product_id}/why", {
      path: { product_id: forecast.sku },
      query: { location: forecast.location, week },
    }),
    enabled: week !== "",
    placeholderData: keepPreviousData,
  });
  return (
    <Card>
      <CardHead title={t("Why this number")}>
        <Choice
          label={t("Of which week")}
          value={week}
          options={weeks.map((each) => ({ value: each, label: t("Week of {0}", day(each)) }))}
          onChange={setWeek}
        />
      </CardHead>
      {found.error && !found.data ? (
        <ErrorCard title={t("The reasons")} error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={5} height={34} />
      ) : (
        <div className={clsx("px-4 py-3", found.isPlaceholderData && "opacity-60")}>
          <p className="text-ink-2">{say(found.data.said, found.data.sentence)}</p>
          <Contributions why={found.data} />
          {found.data.similar.length > 0 && (
            <p className="pt-2 text-sec text-ink-3">
              {t(
                "Most like it: {0}.",
                found.data.similar
                  .map((past) => t("{0} sold {1}", day(past.week, "always"), units(past.units)))
                  .join(", "),
              )}
            </p>
          )}
        </div>
      )}
      <dl className="border-t border-line px-4 py-1">
        <DefinitionLine label={t("Method")}>{wordsOf(forecast.method)}</DefinitionLine>
        <DefinitionLine label={t("Error on unseen weeks (WAPE)")} term="WAPE">
          {percent(forecast.backtest.wape)}
        </DefinitionLine>
        <DefinitionLine label={t("Weeks inside the 80% range")} term="coverage">
          {percent(forecast.backtest.coverage80)}
        </DefinitionLine>
      </dl>
      <p className="px-4 pb-3 text-sec text-ink-3">{heard(forecast.reason)}</p>
    </Card>
  );
}

const NOTHING = units(0);
const isNothing = (value: number) => units(Math.abs(value)) === NOTHING;
const signed = (value: number) => (isNothing(value) ? NOTHING : `${value > 0 ? "+" : ""}${units(value)}`);

/** Each driver with a bar from the middle: to the right what adds, to the left what takes away. */
function Contributions({ why }: { why: Schemas["WhyOut"] }) {
  const most = Math.max(1e-9, ...why.contributions.map((reason) => Math.abs(reason.units)));
  const told = why.contributions.filter((reason) => !isNothing(reason.units));
  const nothing = why.contributions.filter((reason) => isNothing(reason.units));
  return (
    <>
      <table className="mt-2 w-full">
        <caption className="sr-only">
          {t("What adds up to {0} in the week of {1}", units(why.expected), day(why.week))}
        </caption>
        <tbody>
          {told.map((reason) => (
            <tr key={reason.driver} title={detailsOf(reason)}>
              <th scope="row" className="py-1 pr-2 text-left font-normal text-ink-2">
                {words(reason.driver)}
              </th>
              <td aria-hidden className="w-24 py-1">
                <span className="relative block h-2 rounded-full bg-sunken">
                  <span
                    className={clsx(
                      "absolute inset-y-0 rounded-full",
                      reason.units < 0 ? "bg-warn" : "bg-accent",
                    )}
                    style={{
                      width: `${(Math.abs(reason.units) / most) * 50}%`,
                      [reason.units < 0 ? "right" : "left"]: "50%",
                    }}
                  />
                </span>
              </td>
              <td className="py-1 pl-2 text-right whitespace-nowrap">{signed(reason.units)}</td>
            </tr>
          ))}
          <tr className="border-t border-line font-semibold">
            <th scope="row" colSpan={2} className="py-1 text-left">
              {t("Expected")}
            </th>
            <td className="py-1 text-right">{units(why.expected)}</td>
          </tr>
        </tbody>
      </table>
      {nothing.length > 0 && (
        <p className="pt-1 text-sec text-ink-3">
          {t("Nothing comes of: {0}.", nothing.map((reason) => words(reason.driver)).join(", "))}
        </p>
      )}
    </>
  );
}

const detailsOf = ({ words: said, details }: Reason) =>
  [said, ...details.map((part) => `${words(part.name)} ${signed(part.units)}`)].join(" · ");
