import { useQuery } from "@tanstack/react-query";
import { needsQuery, overviewQuery } from "@/api/queries";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { Choice, Segmented } from "@/components/ui/controls";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { t } from "@/lib/texts";
import { columnsFor } from "./columns";
import type { Status } from "./entries";
import { attentionOf, type Search } from "./queries";

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

const KIND_CHOICE = [
  { value: "all", label: t("All") },
  { value: "out", label: t("Out of stock") },
  { value: "stockout", label: t("May run out") },
  { value: "excess", label: t("Excess") },
  { value: "forecast", label: t("Forecast") },
] as const;
const STATUS_CHOICE = [
  { value: "open", label: t("Open") },
  { value: "acknowledged", label: t("Seen") },
  { value: "snoozed", label: t("Snoozed") },
  { value: "resolved", label: t("Resolved") },
] as const;
const WHOSE = [
  { value: "all", label: t("Anybody's") },
  { value: "mine", label: t("Mine") },
] as const;

/** What needs somebody, stock-outs first and then by money, as the server ranks and filters it; settled where it stands. */
export function Attention({ search, onSearch }: Props) {
  const { kind = "all", status = "open", q, mine, category, supplier, segment, location } = search;
  const rows = usePages("/api/attention", attentionOf(search));
  const filtered = Boolean(q || mine || category || supplier || segment || location || kind !== "all");
  return (
    <ListCard
      title={t("Needs attention")}
      label={t("Needs attention")}
      one="entry"
      many="entries"
      expected={50}
      columns={columnsFor(Math.max(1, ...(rows.rows?.map((entry) => entry.money) ?? [])))}
      rows={rows}
      rowKey={(entry) => entry.id}
      empty={<None status={status} filtered={filtered} />}
      actions={
        <>
          <span className="max-w-full overflow-x-auto">
            <Segmented
              label={t("Which kinds")}
              value={kind}
              options={KIND_CHOICE}
              onChange={(next) => onSearch({ kind: next === "all" ? undefined : next })}
            />
          </span>
          <Facets
            facets={["category", "supplier", "segment", "location"]}
            value={{ category, supplier, segment, location }}
            onChange={onSearch}
            narrowing={Number(status !== "open") + Number(mine === true)}
          >
            <Choice
              label={t("Which state")}
              value={status}
              options={STATUS_CHOICE}
              onChange={(next) => onSearch({ status: next === "open" ? undefined : next })}
            />
            <Choice
              label={t("Whose")}
              value={mine ? "mine" : "all"}
              options={WHOSE}
              onChange={(next) => onSearch({ mine: next === "mine" || undefined })}
            />
          </Facets>
          <SavedViews
            name="attention"
            search={{
              kind: search.kind,
              status: search.status,
              q,
              mine,
              category,
              supplier,
              segment,
              location,
            }}
            onOpen={onSearch}
          />
          <SearchBox
            label={t("Filter entries")}
            placeholder={t("Name or code")}
            value={q ?? ""}
            onChange={(text) => onSearch({ q: text || undefined })}
            className="w-44 max-sm:min-w-24 max-sm:flex-1"
          />
        </>
      }
    />
  );
}

const SETTLED = { acknowledged: "seen", snoozed: "snoozed", resolved: "resolved" } as const;

function None({ status, filtered }: { status: Status; filtered: boolean }) {
  if (filtered) return <Empty title={t("Nothing like that")}>{t("Another filter may find more.")}</Empty>;
  if (status !== "open") return <Empty title={t("Nothing is {0}", SETTLED[status])} />;
  return (
    <Empty title={t("Nothing needs attention")}>
      <Watched />
    </Empty>
  );
}

/** What it rests on that nothing is found: of what is not forecast or not counted nothing can be said. */
function Watched() {
  const run = useQuery(overviewQuery).data?.last_success;
  const counted = useQuery(needsQuery).data?.series ?? 0;
  if (!run) return t("It is watched from the first forecast on.");
  if (counted === 0) return t("Forecasts hold. Stock is watched once it is counted and has supply terms.");
  return t("Stock lasts until the next delivery, and forecasts hold.");
}
