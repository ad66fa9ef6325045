import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { Bar } from "@/components/ui/Bar";
import { Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Empty } from "@/components/ui/states";
import { count, decimals, percent, points, units, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { coverageTone, type Lag, type Segment, signalTone } from "./logic";

type Row = Schemas["AccuracyOut"];

const BY = [
  { value: "method", label: t("Method") },
  { value: "category", label: t("Category") },
  { value: "location", label: t("Location") },
  { value: "sku", label: t("Product") },
] as const;
const TONES = { good: "bg-good", warn: "bg-warn", bad: "bg-bad" };

function columnsFor(by: Segment): readonly Column<Row>[] {
  return [
    {
      id: "segment",
      label: BY.find((item) => item.value === by)?.label ?? "",
      width: 160,
      text: (row) => row.segment,
      cell: (row) =>
        by === "sku" ? (
          <ProductLink sku={row.segment} below={t("{0} {0:week/weeks} measured", count(row.cells))} />
        ) : (
          <>
            <span className="block truncate font-medium">{words(row.segment)}</span>
            <span className="block text-meta text-ink-3">
              {t("{0} {0:week/weeks} measured", count(row.cells))}
            </span>
          </>
        ),
    },
    {
      id: "sold",
      label: t("Units sold"),
      width: 100,
      align: "right",
      text: (row) => row.actual,
      cell: (row) => units(row.actual),
    },
    {
      id: "wape",
      label: t("Error (WAPE)"),
      width: 110,
      align: "right",
      text: (row) => row.wape,
      cell: (row) => (
        <>
          <span className="font-semibold">{percent(row.wape)}</span>
          <Bar share={row.wape ?? 0} className="ml-auto w-20" />
        </>
      ),
    },
    {
      id: "naive",
      label: t("Against naive"),
      width: 110,
      align: "right",
      text: (row) => gain(row),
      cell: (row) => <span className="whitespace-nowrap text-ink-2">{points(gain(row))}</span>,
    },
    {
      id: "bias",
      label: t("Bias"),
      width: 90,
      align: "right",
      text: (row) => row.bias,
      cell: (row) => <span className="whitespace-nowrap">{points(row.bias)}</span>,
    },
    {
      id: "mase",
      label: t("MASE"),
      width: 76,
      align: "right",
      text: (row) => row.mase,
      cell: (row) => decimals(row.mase, 2),
    },
    {
      id: "coverage",
      label: t("Inside 80 %"),
      width: 100,
      align: "right",
      text: (row) => row.coverage80,
      cell: (row) => (
        <>
          {percent(row.coverage80)}
          <Bar
            share={row.coverage80}
            mark={0.8}
            className="ml-auto w-20"
            tone={TONES[coverageTone(row.coverage80)]}
          />
        </>
      ),
    },
    {
      id: "signal",
      label: t("Signal"),
      width: 70,
      align: "right",
      text: (row) => row.tracking_signal,
      cell: (row) => <Badge tone={signalTone(row.tracking_signal)}>{decimals(row.tracking_signal, 1)}</Badge>,
    },
  ];
}

const gain = (row: Row) => (row.wape === null || row.wape_naive === null ? null : row.wape - row.wape_naive);

interface Props {
  lag: Lag;
  weeks: number;
  by: Segment;
  onBy: (by: Segment) => void;
}

/** The same figures a segment, largest first. */
export function Segments({ lag, weeks, by, onBy }: Props) {
  const found = useQuery({
    ...query("/api/forecast/accuracy", { query: { by, weeks, limit: 500 } }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return (
    <ListCard
      title={t("By segment")}
      note={lag === 1 ? t("1 week ahead") : t("{0} {0:week/weeks} ahead", lag)}
      label={t("Accuracy by segment")}
      one="segment"
      expected={8}
      columns={columnsFor(by)}
      rows={rowsOf(found, (list) => list.items.filter((row) => row.lag === lag))}
      rowKey={(row) => row.segment}
      empty={<Empty title={t("Nothing to measure at this lag")} />}
      actions={<Segmented label={t("Segments")} value={by} options={BY} onChange={onBy} />}
    />
  );
}
