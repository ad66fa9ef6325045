import { useQuery } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { runsQuery } from "@/api/queries";
import { type Faceted, Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { Button, Segmented } from "@/components/ui/controls";
import { NoForecasts } from "@/components/ui/NoForecasts";
import { PageHead } from "@/components/ui/PageHead";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { CategoryDialog } from "@/features/overrides/CategoryDialog";
import { liveOf, weeksFrom } from "@/lib/runs";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { COLUMNS, type Sort } from "./columns";

export interface Search extends Faceted {
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
  { value: "active", label: t("Active") },
  { value: "all", label: t("All") },
] as const;

export function ProductList({ search, onSearch, onOpen }: Props) {
  const { q, category, supplier, segment, location } = search;
  const sort = search.sort ?? "-next4";
  const active = search.active ?? true;
  const rows = usePages("/api/forecast/summary", {
    query: { q, category, supplier, segment, location, sort, active: active || undefined, limit: 100 },
  });
  return (
    <>
      <PageHead text={t("What every product is expected to sell, and how sure that is.")}>
        {may("planner") && <OverrideCategory />}
      </PageHead>
      <ListCard
        title={t("Forecasts")}
        label={t("Products and forecasts")}
        one="forecast"
        fill
        columns={COLUMNS}
        rows={rows}
        rowKey={(row) => `${row.sku} ${row.location}`}
        sort={sort}
        onSort={(next) => onSearch({ sort: next as Sort })}
        onOpen={(row) => onOpen(row.sku, row.location)}
        empty={<Nothing q={q} filtered={Boolean(category || supplier || segment || location)} />}
        actions={
          <>
            <Segmented
              label={t("Which products")}
              value={active ? "active" : "all"}
              options={SHOWN}
              onChange={(value) => onSearch({ active: value === "active" ? undefined : false })}
            />
            <Facets
              facets={["category", "supplier", "segment", "location"]}
              value={{ category, supplier, segment, location }}
              onChange={onSearch}
            />
            <SavedViews
              name="forecasts"
              search={{ q, category, supplier, segment, location, sort: search.sort, active: search.active }}
              onOpen={onSearch}
            />
            <SearchBox
              label={t("Filter products")}
              value={q ?? ""}
              onChange={(typed) => onSearch({ q: typed || undefined })}
            />
          </>
        }
      />
    </>
  );
}

function Nothing({ q, filtered }: { q: string | undefined; filtered: boolean }) {
  if (filtered) return <Empty title={t("Nothing like that")}>{t("Another filter may find more.")}</Empty>;
  if (q)
    return <Empty title={t("No product matches “{0}”", q)}>{t("Try a part of its name or code.")}</Empty>;
  return <NoForecasts />;
}

/** A category's forecast can be changed as a whole; its weeks are those of the live run. */
function OverrideCategory() {
  const [open, setOpen] = useState(false);
  const runs = useQuery({ ...runsQuery, enabled: open });
  const live = runs.data && liveOf(runs.data.items);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Pencil size={14} aria-hidden /> {t("Override a category")}
      </Button>
      {open && live && (
        <CategoryDialog weeks={weeksFrom(live.first_week, live.horizon)} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
