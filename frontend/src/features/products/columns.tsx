import type { Schemas } from "@/api/client";
import { Spark } from "@/components/charts/Spark";
import type { Column } from "@/components/table/columns";
import { textColumn } from "@/components/table/textColumn";
import { Badge } from "@/components/ui/states";
import { percent, range, units } from "@/lib/format";
import { wordsOf } from "@/lib/heard";
import { t } from "@/lib/texts";

type Row = Schemas["SummaryOut"];

export const SORTS = ["-next4", "next4", "name", "sku", "wape", "-wape"] as const;
export type Sort = (typeof SORTS)[number];

export const COLUMNS: readonly Column<Row>[] = [
  {
    id: "product",
    label: t("Product"),
    width: 200,
    sort: { by: "name" },
    file: { Product: "name", Code: "sku" },
    cell: (row) => (
      <>
        <p className="truncate font-medium">{row.name ?? row.sku}</p>
        <p className="truncate text-meta text-ink-3">
          {row.sku}
          {row.category && ` · ${row.category}`}
        </p>
      </>
    ),
  },
  textColumn("sku", t("Code"), "sku", { width: 100, from: "xl", spare: true, sort: { by: "sku" } }),
  {
    id: "location",
    label: t("Location"),
    width: 110,
    from: "md",
    file: "location",
    cell: (row) => (
      <span className="flex items-center gap-2 text-ink-2">
        <span className="truncate">{row.location}</span>
        {row.stale && <Badge tone="warn">{t("Stale")}</Badge>}
      </span>
    ),
  },
  {
    id: "next4",
    label: t("Next 4 weeks, expected"),
    term: "expected",
    width: 160,
    align: "right",
    sort: { by: "next4", first: "down" },
    file: "next4.mean",
    cell: (row) => (
      <>
        <p className="whitespace-nowrap">
          <span className="font-semibold">{units(row.next4.mean)}</span>{" "}
          <span className="text-ink-2">{t("units")}</span>
        </p>
        <p className="text-meta text-ink-3">{range(row.next4.p10, row.next4.p90)}</p>
      </>
    ),
  },
  {
    id: "weeks",
    label: t("Last 16 weeks"),
    width: 110,
    from: "md",
    cell: (row) => <Spark values={row.last_weeks} />,
  },
  {
    ...textColumn<Row>("method", t("Method"), (row) => wordsOf(row.method), { width: 140, from: "md" }),
    file: "method",
  },
  {
    id: "wape",
    label: t("Error"),
    term: "WAPE",
    width: 80,
    align: "right",
    from: "sm",
    sort: { by: "wape", first: "down" },
    file: "wape",
    cell: (row) => <span className="text-ink-2">{percent(row.wape)}</span>,
  },
];
