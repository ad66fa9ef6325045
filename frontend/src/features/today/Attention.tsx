import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Segmented } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { count, day, money, plural, units } from "@/lib/format";
import { Actions } from "./Actions";
import { type Entry, KINDS, merged } from "./entries";

const FILTERS = [
  { value: "all", label: "All" },
  { value: "stockout", label: "Stockout risk" },
  { value: "excess", label: "Excess" },
  { value: "forecast", label: "Forecast" },
] as const;
type Filter = (typeof FILTERS)[number]["value"];
const STATES = ["open", "snoozed", "resolved"] as const;
type State = (typeof STATES)[number];
const FIRST = 12;

/** What needs somebody, by the money at stake; each entry can be put off, given to somebody, settled. */
export function Attention() {
  const [filter, setFilter] = useState<Filter>("all");
  const [status, setStatus] = useState<State>("open");
  const [shown, setShown] = useState(FIRST);
  const stock = useQuery({
    queryKey: keys.stockAttention({ status }),
    queryFn: () =>
      data(api.GET("/api/replenishment/attention", { params: { query: { status, limit: 200 } } })),
    placeholderData: keepPreviousData,
  });
  const findings = useQuery({
    queryKey: keys.attention({ status }),
    queryFn: () => data(api.GET("/api/attention", { params: { query: { status, limit: 200 } } })),
    placeholderData: keepPreviousData,
  });
  const all = useMemo(
    () => merged(stock.data?.items ?? [], findings.data?.items ?? []),
    [stock.data, findings.data],
  );
  const entries = all.filter(
    (entry) =>
      filter === "all" ||
      (filter === "forecast" ? !["stockout", "excess"].includes(entry.kind) : entry.kind === filter),
  );
  const failed = stock.isError ? stock : findings.isError ? findings : null;
  const more = stock.data?.next_cursor || findings.data?.next_cursor ? " or more" : "";
  return (
    <Card className="min-w-0">
      <CardHead title="Needs attention">
        <span className="max-w-full overflow-x-auto">
          <Segmented label="Which kinds" value={filter} options={FILTERS} onChange={setFilter} />
        </span>
        <select
          aria-label="Which state"
          value={status}
          onChange={(event) => setStatus(event.target.value as State)}
          className="h-8 rounded-md border border-control bg-panel px-2"
        >
          <option value="open">Open</option>
          <option value="snoozed">Snoozed</option>
          <option value="resolved">Resolved</option>
        </select>
      </CardHead>
      {failed && (
        <ErrorCard title="A part of the list" error={failed.error} onRetry={() => void failed.refetch()} />
      )}
      {(stock.isPending || findings.isPending) && entries.length === 0 ? (
        <SkeletonRows rows={8} />
      ) : entries.length === 0 ? (
        !failed && <None status={status} />
      ) : (
        <List entries={entries.slice(0, shown)} most={all[0]?.money ?? 1} />
      )}
      {entries.length > 0 && (
        <footer className="flex h-9 items-center gap-3 border-t border-line px-4 text-sec text-ink-3">
          <span role="status">
            {`${count(Math.min(shown, entries.length))} of ${count(entries.length)}${more}, by money at stake`}
          </span>
          {entries.length > shown && (
            <button
              type="button"
              className="ml-auto font-medium text-accent hover:underline"
              onClick={() => setShown(shown + 25)}
            >
              Show more
            </button>
          )}
        </footer>
      )}
    </Card>
  );
}

function None({ status }: { status: State }) {
  if (status !== "open") return <Empty title={`Nothing is ${status}`} />;
  return (
    <Empty title="Nothing needs attention">Stock lasts until the next delivery, and forecasts hold.</Empty>
  );
}

function List({ entries, most }: { entries: Entry[]; most: number }) {
  return (
    <Table
      label="Needs attention"
      head={
        <tr>
          <th scope="col">Product</th>
          <th scope="col" className="max-sm:hidden">
            Why
          </th>
          <th scope="col" className="text-right">
            At stake
          </th>
          <th scope="col" className="max-lg:hidden">
            Cover / lead time
          </th>
          <th scope="col" className="text-right max-md:hidden">
            Order
          </th>
          <th scope="col">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      }
    >
      {entries.map((entry) => (
        <tr key={entry.key}>
          <td className="max-w-60 min-w-40">
            {entry.sku ? (
              <Link
                to="/products/$sku"
                params={{ sku: entry.sku }}
                search={{ location: entry.location ?? undefined }}
                className="block truncate font-medium underline-offset-2 hover:underline"
              >
                {entry.name}
              </Link>
            ) : (
              <span className="font-medium">{entry.name}</span>
            )}
            <span className="block text-meta text-ink-3">
              {[entry.sku, entry.location].filter(Boolean).join(" · ")}
            </span>
            <span className="pt-0.5 sm:hidden">
              <Why entry={entry} />
            </span>
          </td>
          <td className="max-sm:hidden">
            <Why entry={entry} />
          </td>
          <td className="text-right">
            <span className="font-semibold">{money(entry.money)}</span>
            <span aria-hidden className="mt-1 ml-auto flex h-1 w-20 justify-end rounded-full bg-line">
              <i className="rounded-full bg-ink-3" style={{ width: `${(entry.money / most) * 100}%` }} />
            </span>
          </td>
          <td className="max-lg:hidden">
            <Cover entry={entry} />
          </td>
          <td className="text-right whitespace-nowrap max-md:hidden">
            {entry.quantity === null ? (
              ""
            ) : entry.quantity > 0 ? (
              units(entry.quantity)
            ) : (
              <span className="text-ink-3">None</span>
            )}
          </td>
          <td className="w-12 text-right">
            <Actions entry={entry} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Why({ entry }: { entry: Entry }) {
  const { label, tone } = KINDS[entry.kind];
  return (
    <>
      <Badge tone={tone}>{label}</Badge> {entry.assignee && <Badge>{entry.assignee}</Badge>}
      <span className="block pt-0.5 text-meta text-ink-3 lg:whitespace-nowrap">
        {entry.why}
        {entry.snoozedUntil && `, snoozed until ${day(entry.snoozedUntil)}`}
        {entry.note && `: ${entry.note}`}
      </span>
    </>
  );
}

/** How long stock lasts against how long an order takes; the tick is the lead time. */
function Cover({ entry }: { entry: Entry }) {
  if (entry.lead === null) return null;
  const cover = entry.cover ?? Number.POSITIVE_INFINITY;
  const short = cover < entry.lead;
  const scale = entry.lead * 3;
  return (
    <>
      <span className="whitespace-nowrap">
        <span className={short ? "font-medium text-bad" : "font-medium"}>
          {entry.cover === null ? "no end" : `${units(Math.round(entry.cover))} d`}
        </span>
        <span className="text-ink-3">{` / ${plural(Math.round(entry.lead), "day")}`}</span>
      </span>
      <span aria-hidden className="relative mt-1 block h-1 w-24 rounded-full bg-line">
        <i
          className={`absolute inset-y-0 left-0 rounded-full ${short ? "bg-bad" : "bg-ink-3"}`}
          style={{ width: `${Math.min(1, cover / scale) * 100}%` }}
        />
        <i className="absolute -inset-y-0.5 left-1/3 w-0.5 bg-ink" />
      </span>
    </>
  );
}
