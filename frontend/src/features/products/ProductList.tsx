import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search as Magnifier, Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { runsQuery } from "@/api/queries";
import { Button, Segmented } from "@/components/ui/controls";
import { Card, Empty, ErrorCard, PageHead, SkeletonRows } from "@/components/ui/states";
import { CategoryDialog } from "@/features/overrides/CategoryDialog";
import { plural } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { liveOf, weeksFrom } from "@/lib/runs";
import { may } from "@/lib/session";
import { ProductGrid, type Sort } from "./ProductGrid";

export interface Search {
  q?: string | undefined;
  sort?: Sort | undefined;
  active?: boolean | undefined;
}

const PAGE = 100;

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
      <PageHead title="Products" text="What every product is expected to sell, and how sure that is.">
        {may("planner") && <OverrideCategory />}
      </PageHead>
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
          <ProductGrid
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

/** A category's forecast can be changed as a whole; its weeks are those of the live run. */
function OverrideCategory() {
  const [open, setOpen] = useState(false);
  const runs = useQuery({ ...runsQuery, enabled: open });
  const live = runs.data && liveOf(runs.data.items);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Pencil size={14} aria-hidden /> Override a category
      </Button>
      {open && live && (
        <CategoryDialog weeks={weeksFrom(live.first_week, live.horizon)} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
