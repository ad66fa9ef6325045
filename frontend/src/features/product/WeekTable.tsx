import type { Schemas } from "@/api/client";
import { Table } from "@/components/ui/states";
import { day, money, range, units } from "@/lib/format";

/** The chart's figures as text, newest first. */
export function WeekTable({ forecast }: { forecast: Schemas["ForecastOut"] }) {
  const ahead = [...forecast.forecast].reverse();
  const history = [...forecast.history].reverse();
  return (
    <Table
      label="Weeks"
      head={
        <tr>
          <th scope="col">Week of</th>
          <th scope="col" className="text-right">
            Units
          </th>
          <th scope="col" className="text-right">
            Range P25–P75
          </th>
          <th scope="col" className="text-right">
            Range P10–P90
          </th>
          <th scope="col" className="text-right">
            Revenue
          </th>
        </tr>
      }
    >
      {ahead.map((week) => (
        <tr key={week.week} className="bg-accent-soft">
          <th scope="row">{day(week.week, "always")} · forecast</th>
          <td className="text-right font-semibold">{units(week.quantiles["0.5"])}</td>
          <td className="text-right">{range(week.quantiles["0.25"], week.quantiles["0.75"])}</td>
          <td className="text-right">{range(week.quantiles["0.1"], week.quantiles["0.9"])}</td>
          <td />
        </tr>
      ))}
      {history.map((week) => (
        <tr key={week.week}>
          <th scope="row">{day(week.week, "always")}</th>
          <td className="text-right">{units(week.units)}</td>
          <td />
          <td className="text-right text-ink-2">{week.in_stock <= 0.5 ? "Out of stock" : ""}</td>
          <td className="text-right">{money(week.revenue)}</td>
        </tr>
      ))}
    </Table>
  );
}
