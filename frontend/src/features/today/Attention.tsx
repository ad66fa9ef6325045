import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Choice, Segmented } from "@/components/ui/controls";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { useSession } from "@/lib/session";
import { columnsFor } from "./columns";
import { FILTERS, type Filter, type Status } from "./entries";

export interface Search {
  kind?: Filter | undefined;
  status?: Status | undefined;
  q?: string | undefined;
  mine?: boolean | undefined;
  supplier?: string | undefined;
  location?: string | undefined;
}

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

const KIND_CHOICE = [
  { value: "all", label: "All" },
  { value: "out", label: "Out of stock" },
  { value: "stockout", label: "May run out" },
  { value: "excess", label: "Excess" },
  { value: "forecast", label: "Forecast" },
] as const;
/** Of what may run out: only what has, or only what has not yet. */
const OUT: Partial<Record<Filter, boolean>> = { out: true, stockout: false };
const STATUS_CHOICE = [
  { value: "open", label: "Open" },
  { value: "acknowledged", label: "Seen" },
  { value: "snoozed", label: "Snoozed" },
  { value: "resolved", label: "Resolved" },
] as const;
const WHOSE = [
  { value: "all", label: "Anybody's" },
  { value: "mine", label: "Mine" },
] as const;

/** What needs somebody, stock-outs first and then by money, as the server ranks and filters it; settled where it stands. */
export function Attention({ search, onSearch }: Props) {
  const session = useSession();
  const { kind = "all", status = "open", q, mine, supplier, location } = search;
  const me = session.state === "in" ? session.user.username : undefined;
  const rows = usePages("/api/attention", {
    query: {
      kind: FILTERS[kind],
      out_of_stock: OUT[kind],
      status,
      q,
      supplier,
      location,
      assignee: mine ? me : undefined,
      limit: 50,
    },
  });
  return (
    <ListCard
      title="Needs attention"
      label="Needs attention"
      one="entry"
      many="entries"
      columns={columnsFor(Math.max(1, ...(rows.rows?.map((entry) => entry.money) ?? [])))}
      rows={rows}
      rowKey={(entry) => entry.id}
      empty={<None status={status} filtered={Boolean(q || mine || supplier || location || kind !== "all")} />}
      actions={
        <>
          <span className="max-w-full overflow-x-auto">
            <Segmented
              label="Which kinds"
              value={kind}
              options={KIND_CHOICE}
              onChange={(next) => onSearch({ kind: next === "all" ? undefined : next })}
            />
          </span>
          <Choice
            label="Which state"
            value={status}
            options={STATUS_CHOICE}
            onChange={(next) => onSearch({ status: next === "open" ? undefined : next })}
          />
          <Choice
            label="Whose"
            value={mine ? "mine" : "all"}
            options={WHOSE}
            onChange={(next) => onSearch({ mine: next === "mine" || undefined })}
          />
          <Facets facets={["supplier", "location"]} value={{ supplier, location }} onChange={onSearch} />
          <SearchBox
            label="Filter entries"
            placeholder="Name or code"
            value={q ?? ""}
            onChange={(text) => onSearch({ q: text || undefined })}
            className="w-44 max-sm:w-full"
          />
        </>
      }
    />
  );
}

const SETTLED = { acknowledged: "seen", snoozed: "snoozed", resolved: "resolved" } as const;

function None({ status, filtered }: { status: Status; filtered: boolean }) {
  if (filtered) return <Empty title="Nothing like that">Another filter may find more.</Empty>;
  if (status !== "open") return <Empty title={`Nothing is ${SETTLED[status]}`} />;
  return (
    <Empty title="Nothing needs attention">Stock lasts until the next delivery, and forecasts hold.</Empty>
  );
}
