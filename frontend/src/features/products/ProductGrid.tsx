import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Schemas } from "@/api/client";
import { useMedia } from "@/lib/hooks";
import { Cells, COLUMNS, Head, PhoneCells, type Sort } from "./ProductRow";

export type { Sort };

type Row = Schemas["SummaryOut"];

const ROW = 52;
const PHONE_ROW = 76;

interface GridProps {
  rows: Row[];
  sort: Sort;
  dimmed: boolean;
  onSort: (sort: Sort) => void;
  onOpen: (sku: string, location: string) => void;
  onEnd: () => void;
}

/** Rows of which only those in sight exist; the keys J, K, Enter and / work while it has the focus. */
export function ProductGrid({ rows, sort, dimmed, onSort, onOpen, onEnd }: GridProps) {
  const phone = useMedia("(max-width: 767px)");
  const box = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => (phone ? PHONE_ROW : ROW),
    overscan: 8,
    initialRect: { width: 1000, height: 600 },
  });
  useEffect(() => void virtual.measure(), [phone]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const end = useRef(onEnd);
  end.current = onEnd;
  useEffect(() => {
    if (last >= rows.length - 20) end.current();
  }, [last, rows.length]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    virtual.scrollToIndex(next);
    setCurrent(next);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 10, PageUp: -10 }[event.key];
    const row = rows[current];
    if (step) move(current + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else if (event.key === "Enter" && row) onOpen(row.sku, row.location);
    else if (event.key === "/") document.querySelector<HTMLInputElement>("input[type=search]")?.focus();
    else return;
    event.preventDefault();
  };
  const mounted = items.some((item) => item.index === current);

  return (
    <div
      ref={box}
      role="grid"
      aria-label="Products and forecasts"
      aria-rowcount={-1}
      aria-activedescendant={mounted ? `product-${current}` : undefined}
      tabIndex={0}
      onKeyDown={pressed}
      className={clsx("group min-h-0 flex-1 overflow-auto outline-offset-[-2px]", dimmed && "opacity-60")}
    >
      {!phone && <Head sort={sort} onSort={onSort} />}
      <div
        role="rowgroup"
        className="relative min-w-max md:min-w-[860px]"
        style={{ height: virtual.getTotalSize() }}
      >
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: Enter is handled by the grid
            <div
              key={`${row.sku} ${row.location}`}
              id={`product-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === current}
              onClick={() => onOpen(row.sku, row.location)}
              className={clsx(
                "absolute inset-x-0 top-0 cursor-pointer border-b border-line px-4 hover:bg-sunken",
                item.index === current && "group-focus-visible:bg-accent-soft",
                phone ? "w-[calc(100vw-26px)]" : `grid items-center gap-4 ${COLUMNS}`,
              )}
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {phone ? <PhoneCells row={row} /> : <Cells row={row} />}
            </div>
          );
        })}
      </div>
    </div>
  );
}
