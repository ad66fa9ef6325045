import type { Schemas } from "@/api/client";
import type { PastWeek } from "@/components/charts/model";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Badge } from "@/components/ui/states";
import { day, money, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { held } from "./past";

type Forecast = Schemas["ForecastOut"];
interface Week {
  week: string;
  units: number;
  quantiles: Forecast["forecast"][number]["quantiles"] | null;
  revenue: number | string | null;
  stockout: boolean;
  said: PastWeek | undefined;
}

const COLUMNS: readonly Column<Week>[] = [
  {
    id: "week",
    label: t("Week of"),
    width: 130,
    text: (row) => row.week,
    cell: (row) => (
      <span className="font-medium">
        {day(row.week, "always")}
        {row.quantiles && t(" · expected")}
      </span>
    ),
  },
  {
    id: "units",
    label: t("Units"),
    width: 70,
    align: "right",
    text: (row) => row.units,
    cell: (row) => <span className={row.quantiles ? "font-semibold" : ""}>{units(row.units)}</span>,
  },
  { ...band("0.25", "0.75", "P25–P75"), from: "sm" },
  band("0.1", "0.9", "P10–P90"),
  {
    id: "before",
    label: t("Then"),
    width: 80,
    align: "right",
    text: (row) => row.said?.expected ?? "",
    cell: (row) => row.said && units(row.said.expected),
  },
  {
    id: "then",
    label: t("P10–P90 then"),
    width: 140,
    align: "right",
    from: "sm",
    text: (row) => (row.said ? `${range(row.said.p10, row.said.p90)}, ${held(row.said.inside)}` : ""),
    cell: (row) =>
      row.said && (
        <span className="flex items-center justify-end gap-2">
          {row.said.inside <= 0 && <Badge tone="warn">{t("Outside")}</Badge>}
          {range(row.said.p10, row.said.p90)}
        </span>
      ),
  },
  {
    id: "revenue",
    label: t("Revenue"),
    width: 80,
    align: "right",
    from: "sm",
    text: (row) => row.revenue,
    cell: (row) => (row.quantiles ? null : money(row.revenue)),
  },
  {
    id: "stock",
    label: t("Stock"),
    width: 100,
    from: "sm",
    text: (row) => (row.stockout ? t("out of stock") : ""),
    cell: (row) => (row.stockout ? <span className="text-ink-2">{t("Out of stock")}</span> : null),
  },
];

function band(low: string, high: string, label: string): Column<Week> {
  const shown = ({ quantiles }: Week) => (quantiles ? range(quantiles[low], quantiles[high]) : "");
  return { id: label, label, width: 100, align: "right", text: shown, cell: shown };
}

interface Props {
  forecast: Pick<Forecast, "history" | "forecast">;
  /** What was said of the weeks that have ended. */
  past?: Schemas["PastOut"] | undefined;
}

/** The chart's figures as text, newest first. */
export function WeekTable({ forecast, past: before }: Props) {
  const said = new Map(before?.items.map((item) => [item.week, item]));
  const ahead = forecast.forecast.map(({ week, mean, quantiles }) => ({
    week,
    units: mean,
    quantiles,
    revenue: null,
    stockout: false,
    said: undefined,
  }));
  const past = forecast.history.map((week) => ({
    week: week.week,
    units: week.units + (week.in_kits ?? 0),
    quantiles: null,
    revenue: week.revenue,
    stockout: week.in_stock <= 0.5,
    said: said.get(week.week),
  }));
  return (
    <DataTable
      label={t("Weeks")}
      one="week"
      columns={COLUMNS}
      rows={here([...past, ...ahead].reverse())}
      rowKey={(row) => row.week}
      tone={(row) => row.quantiles !== null && "bg-accent-soft"}
      empty={null}
    />
  );
}
