import { change, day, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Told } from "./useScenario";

/** Units by week, as it is planned and under the scenario. */
export function WeeksTable({ weeks }: { weeks: Told["weeks"] }) {
  const heads = [t("Week"), t("As planned"), t("What if"), t("Likely"), t("Change")];
  return (
    <div className="mt-3 overflow-x-auto">
      <table className="w-full text-right">
        <caption className="sr-only">{t("Units by week")}</caption>
        <thead>
          <tr className="text-sec text-ink-3">
            {heads.map((head, place) => (
              <th
                key={head}
                scope="col"
                className={`px-2 py-1 font-normal ${place === 0 ? "text-left" : ""}`}
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((item) => (
            <tr key={item.week} className="border-t border-line">
              <th scope="row" className="px-2 py-1.5 text-left font-normal text-ink-2">
                {day(item.week)}
              </th>
              <td className="px-2">{units(item.base)}</td>
              <td className="px-2 font-semibold">{units(item.then)}</td>
              <td className="px-2 text-ink-2">{range(item.then_low, item.then_high)}</td>
              <td className="px-2 text-ink-2">
                {item.base > 0 && item.base !== item.then ? change(item.then / item.base - 1) : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
