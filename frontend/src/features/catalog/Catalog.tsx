import { Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { t } from "@/lib/texts";
import { viewsOf } from "@/pages";
import { Locations } from "./Locations";
import { Products } from "./Products";
import { Stock } from "./Stock";
import type { CatalogSearch, View } from "./search";

interface Props {
  search: CatalogSearch;
  /** `replace` where it is a filter, not another part of the page. */
  onSearch: (search: CatalogSearch, replace?: boolean) => void;
  onOpen: (sku: string) => void;
}

/** What the shop has, beside what it will sell. */
export function Catalog({ search, onSearch, onOpen }: Props) {
  const view = search.view ?? "products";
  const filter = (change: CatalogSearch) => onSearch({ ...search, ...change }, true);
  return (
    <>
      <PageHead text={t("Products, what lies of them, and where.")}>
        <Segmented
          label={t("What to show")}
          value={view}
          options={viewsOf<View>("/catalog")}
          onChange={(next) => onSearch({ view: next === "products" ? undefined : next })}
        />
      </PageHead>
      {view === "stock" ? (
        <Stock search={search} onSearch={filter} />
      ) : view === "locations" ? (
        <Locations />
      ) : (
        <Products search={search} onSearch={filter} onOpen={onOpen} />
      )}
    </>
  );
}
