import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { runsQuery } from "@/api/queries";
import { type Faceted, Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { Button, Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { CategoryDialog } from "@/features/overrides/CategoryDialog";
import { liveOf, weeksFrom } from "@/lib/runs";
import { may } from "@/lib/session";
import { COLUMNS, type Sort } from "./columns";

export interface Search extends Pick<Faceted, "category" | "location"> {
  q?: string | undefined;
  sort?: Sort | undefined;
  active?: boolean | undefined;
}

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
  onOpen: (sku: string, location: string) => void;
}

const SHOWN = [
  { value: "active", label: "Active" },
  { value: "all", label: "All" },
] as const;

export function ProductList({ search, onSearch, onOpen }: Props) {
  const { q, category, location } = search;
  const sort = search.sort ?? "-next4";
  const active = search.active ?? true;
  const rows = usePages("/api/forecast/summary", {
    query: { q, category, location, sort, active: active || undefined, limit: 100 },
  });
  return (
    <>
      <PageHead text="What every product is expected to sell, and how sure that is.">
        {may("planner") && <OverrideCategory />}
      </PageHead>
      <ListCard
        title="Forecasts"
        label="Products and forecasts"
        one="forecast"
        fill
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => `${row.sku} ${row.location}`}
        sort={sort}
        onSort={(next) => onSearch({ sort: next as Sort })}
        onOpen={(row) => onOpen(row.sku, row.location)}
        empty={<Nothing q={q ?? category ?? location} />}
        actions={
          <>
            <Segmented
              label="Which products"
              value={active ? "active" : "all"}
              options={SHOWN}
              onChange={(value) => onSearch({ active: value === "active" ? undefined : false })}
            />
            <Facets facets={["category", "location"]} value={{ category, location }} onChange={onSearch} />
            <SavedViews
              name="forecasts"
              search={{ q, category, location, sort: search.sort, active: search.active }}
              onOpen={onSearch}
            />
            <SearchBox
              label="Filter products"
              value={q ?? ""}
              onChange={(typed) => onSearch({ q: typed || undefined })}
            />
          </>
        }
      />
    </>
  );
}

function Nothing({ q }: { q: string | undefined }) {
  if (q) return <Empty title={`No product matches “${q}”`}>Try a part of its name or code.</Empty>;
  return (
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
