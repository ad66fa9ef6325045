import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { query } from "@/api/query";
import { Button, Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { RecordSale } from "@/features/sales/RecordSale";
import { plural } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { viewsOf } from "@/pages";
import { Codes } from "./Codes";
import type { KINDS, View } from "./logic";
import { Recorded } from "./Recorded";
import { Rejected, Waiting } from "./Unrecorded";

export interface Search {
  view?: View | undefined;
  sku?: string | undefined;
  location?: string | undefined;
  kind?: (typeof KINDS)[number] | undefined;
  from?: string | undefined;
  to?: string | undefined;
}
interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** Every sale that was ever told: what counts, what waits for its product, what was refused and why. */
export function Ledger({ search, onSearch }: Props) {
  const [recording, setRecording] = useState(false);
  const totals = useQuery(query("/api/sales/totals", {}));
  const view = search.view ?? "recorded";
  const found = totals.data;
  return (
    <>
      <PageHead
        text={
          found
            ? t(
                "{0}; {1}, {2}.",
                plural(found.entries, "entry", "entries"),
                plural(found.quarantined, "sale waits", "sales wait"),
                plural(found.rejected, "line was rejected", "lines were rejected"),
              )
            : t("Every sale that was ever told.")
        }
      >
        {may("planner") && (
          <Button onClick={() => setRecording(true)}>
            <Plus size={14} aria-hidden /> {t("Record a sale")}
          </Button>
        )}
      </PageHead>
      <div className="flex overflow-x-auto pb-4">
        <Segmented
          label={t("What to show")}
          value={view}
          options={viewsOf<View>("/sales")}
          onChange={(next) => onSearch({ view: next === "recorded" ? undefined : next })}
        />
      </div>
      {view === "waiting" ? (
        <Waiting />
      ) : view === "codes" ? (
        <Codes />
      ) : view === "rejected" ? (
        <Rejected />
      ) : (
        <Recorded search={search} onSearch={onSearch} />
      )}
      {recording && <RecordSale onClose={() => setRecording(false)} />}
    </>
  );
}
