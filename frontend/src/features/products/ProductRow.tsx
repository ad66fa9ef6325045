import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { Schemas } from "@/api/client";
import { Spark } from "@/components/charts/Spark";
import { Badge } from "@/components/ui/states";
import { percent, range, units, words } from "@/lib/format";

export type Sort = "name" | "sku" | "next4" | "-next4" | "wape" | "-wape";
type Row = Schemas["SummaryOut"];

export const COLUMNS = "grid-cols-[minmax(220px,2fr)_minmax(120px,1fr)_110px_110px_minmax(150px,1fr)_90px]";

export function Head({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
  const column = (label: string, key?: "name" | "next4" | "wape", right = false) => {
    const down = key && sort === `-${key}`;
    const up = key && sort === key;
    const next = (key === "name" ? "name" : down ? key : `-${key}`) as Sort;
    return (
      <div
        role="columnheader"
        aria-sort={down ? "descending" : up ? "ascending" : undefined}
        className={clsx("flex items-center", right && "justify-end")}
      >
        {key ? (
          <button
            type="button"
            tabIndex={0}
            onClick={() => onSort(next)}
            onKeyDown={(event) => event.stopPropagation()}
            className={clsx("inline-flex h-7 items-center gap-1", (up || down) && "font-semibold text-ink")}
          >
            {label}
            {down && <ArrowDown size={12} aria-hidden />}
            {up && <ArrowUp size={12} aria-hidden />}
          </button>
        ) : (
          label
        )}
      </div>
    );
  };
  return (
    <div role="rowgroup" className="sticky top-0 z-10 min-w-[860px] border-b border-line bg-panel">
      <div
        role="row"
        aria-rowindex={1}
        className={`grid h-9 items-center gap-4 px-4 text-sec text-ink-2 ${COLUMNS}`}
      >
        {column("Product", "name")}
        {column("Location")}
        {column("Next 4 weeks", "next4", true)}
        {column("Last 16 weeks")}
        {column("Method")}
        {column("Error", "wape", true)}
      </div>
    </div>
  );
}

export function Cells({ row }: { row: Row }) {
  return (
    <>
      <div role="gridcell" className="min-w-0">
        <p className="truncate font-medium">{row.name ?? row.sku}</p>
        <p className="truncate text-meta text-ink-3">
          {row.sku}
          {row.category && ` · ${row.category}`}
        </p>
      </div>
      <div role="gridcell" className="flex min-w-0 items-center gap-2 text-ink-2">
        <span className="truncate">{row.location}</span>
        {row.stale && <Badge tone="warn">Stale</Badge>}
      </div>
      <div role="gridcell" className="text-right">
        <p className="whitespace-nowrap">
          <span className="font-semibold">{units(row.next4.p50)}</span>{" "}
          <span className="text-ink-2">units</span>
        </p>
        <p className="text-meta text-ink-3">{range(row.next4.p10, row.next4.p90)}</p>
      </div>
      <div role="gridcell">
        <Spark values={row.last_weeks} />
      </div>
      <div role="gridcell" className="truncate text-ink-2">
        {words(row.method)}
      </div>
      <div role="gridcell" className="text-right text-ink-2">
        {percent(row.wape)}
      </div>
    </>
  );
}

export function PhoneCells({ row }: { row: Row }) {
  return (
    <div role="gridcell" className="flex h-full items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{row.name ?? row.sku}</p>
        <p className="truncate text-meta text-ink-3">
          {row.sku} · {row.location} · {words(row.method)}
        </p>
      </div>
      <div className="shrink-0 text-right">
        <p className="font-semibold">{units(row.next4.p50)}</p>
        <p className="text-meta text-ink-3">{range(row.next4.p10, row.next4.p90)}</p>
      </div>
    </div>
  );
}
