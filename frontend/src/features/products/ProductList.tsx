import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { ArrowDown, ArrowUp, Search as Magnifier } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { Spark } from "@/components/charts/Spark";
import { Segmented } from "@/components/ui/controls";
import { Badge, Card, Empty, ErrorCard, PageHead, SkeletonRows } from "@/components/ui/states";
import { percent, plural, range, units, words } from "@/lib/format";
import { useDebounced, useMedia } from "@/lib/hooks";

type Sort = "name" | "sku" | "next4" | "-next4" | "wape" | "-wape";
export interface Search {
  q?: string | undefined;
  sort?: Sort | undefined;
  active?: boolean | undefined;
}
type Row = Schemas["SummaryOut"];

const PAGE = 100;
const ROW = 52;
const PHONE_ROW = 76;
const COLUMNS = "grid-cols-[minmax(220px,2fr)_minmax(120px,1fr)_110px_110px_minmax(150px,1fr)_90px]";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
  onOpen: (sku: string, location: string) => void;
}

export function ProductList({ search, onSearch, onOpen }: Props) {
  const [text, setText] = useState(search.q ?? "");
  const q = useDebounced(text.trim(), 150);
  const change = useRef(onSearch);
  change.current = onSearch;
  const leaving = useRef(false); // a filter that settles late must not call back somebody who opened a product
  useEffect(() => {
    if (!leaving.current) change.current({ q: q || undefined });
  }, [q]);
  const sort = search.sort ?? "-next4";
  const active = search.active ?? true;
  const list = useInfiniteQuery({
    queryKey: keys.summaries({ q: search.q, sort, active }),
    queryFn: ({ pageParam }) =>
      data(
        api.GET("/api/forecast/summary", {
          params: {
            query: { q: search.q, sort, active: active || undefined, limit: PAGE, cursor: pageParam },
          },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = `${plural(rows.length, "forecast")}${list.hasNextPage ? " so far, more below" : ""}`;

  return (
    <>
      <PageHead title="Products" text="What every product is expected to sell, and how sure that is." />
      <Card className="flex min-h-[420px] flex-1 flex-col overflow-hidden">
        <div className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5">
          <Segmented
            label="Which products"
            value={active ? "active" : "all"}
            options={[
              { value: "active", label: "Active" },
              { value: "all", label: "All" },
            ]}
            onChange={(value) => onSearch({ active: value === "active" ? undefined : false })}
          />
          <div className="relative w-full sm:ml-auto sm:w-60">
            <Magnifier
              size={14}
              aria-hidden
              className="pointer-events-none absolute top-2 left-2.5 text-ink-3"
            />
            <input
              type="search"
              aria-label="Filter products"
              placeholder="Filter by name or code"
              maxLength={100}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="h-8 w-full rounded-md border border-control bg-panel pr-2 pl-8 placeholder:text-ink-3"
            />
          </div>
        </div>
        {list.isPending ? (
          <SkeletonRows rows={9} />
        ) : list.isError && !list.data ? (
          <ErrorCard title="The products" error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length ? (
          <Grid
            rows={rows}
            sort={sort}
            dimmed={list.isPlaceholderData}
            onSort={(next) => onSearch({ sort: next })}
            onOpen={(sku, location) => {
              leaving.current = true;
              onOpen(sku, location);
            }}
            onEnd={() => list.hasNextPage && !list.isFetching && void list.fetchNextPage()}
          />
        ) : search.q ? (
          <Empty title={`No product matches “${search.q}”`}>Try a part of its name or code.</Empty>
        ) : (
          <Empty title="No forecasts yet">
            <Link to="/imports" className="text-accent underline">
              Import sales
            </Link>{" "}
            and then{" "}
            <Link to="/training" className="text-accent underline">
              train
            </Link>
            .
          </Empty>
        )}
        <footer className="mt-auto flex h-9 shrink-0 items-center gap-2 border-t border-line px-4 text-sec text-ink-3">
          <span role="status">{rows.length > 0 && shown}</span>
          <span className="ml-auto hidden sm:inline">
            <kbd className="font-sans font-medium">J</kbd> <kbd className="font-sans font-medium">K</kbd>{" "}
            move, <kbd className="font-sans font-medium">Enter</kbd> open,{" "}
            <kbd className="font-sans font-medium">/</kbd> filter
          </span>
        </footer>
      </Card>
    </>
  );
}

interface GridProps {
  rows: Row[];
  sort: Sort;
  dimmed: boolean;
  onSort: (sort: Sort) => void;
  onOpen: (sku: string, location: string) => void;
  onEnd: () => void;
}

function Grid({ rows, sort, dimmed, onSort, onOpen, onEnd }: GridProps) {
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

function Head({ sort, onSort }: { sort: Sort; onSort: (sort: Sort) => void }) {
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

function Cells({ row }: { row: Row }) {
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

function PhoneCells({ row }: { row: Row }) {
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
