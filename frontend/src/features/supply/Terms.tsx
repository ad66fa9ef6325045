import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { money, percent, units } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { may } from "@/lib/session";
import { TermDialog } from "./TermDialog";

type Term = Schemas["TermOut"];
interface Props {
  supplier: Schemas["SupplierOut"] | undefined;
  onAll: () => void;
}

/** How each product is bought, of one supplier or of all. */
export function Terms({ supplier, onAll }: Props) {
  const [q, setQ] = useState("");
  const [edited, setEdited] = useState<Term | null>(null);
  const search = useDebounced(q.trim(), 250);
  const query = { supplier: supplier?.code, q: search || undefined, limit: 50 };
  const found = useInfiniteQuery({
    queryKey: keys.terms(query),
    queryFn: ({ pageParam }) =>
      data(api.GET("/api/supply-terms", { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card>
      <CardHead title="Terms" note={supplier ? `of ${supplier.name}` : "of every supplier, by code"}>
        {supplier && <Button onClick={onAll}>Show all</Button>}
        <input
          type="search"
          aria-label="Filter terms"
          placeholder="Filter by name or code"
          value={q}
          onChange={(event) => setQ(event.target.value)}
          className="h-8 w-56 rounded-md border border-control bg-panel px-2.5 placeholder:text-ink-3"
        />
      </CardHead>
      {found.isError ? (
        <ErrorCard title="The terms" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={8} />
      ) : items.length === 0 ? (
        <Empty title={search ? `Nothing matches “${search}”` : "No terms yet"}>
          Open a product and say from whom it is bought.
        </Empty>
      ) : (
        <Table
          label="Terms"
          head={
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="max-md:hidden">
                Supplier
              </th>
              <th scope="col" className="text-right">
                Cost
              </th>
              <th scope="col" className="text-right">
                MOQ
              </th>
              <th scope="col" className="text-right">
                Pack
              </th>
              <th scope="col" className="text-right max-md:hidden">
                Shelf life
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                Service
              </th>
              {may("planner") && (
                <th scope="col">
                  <span className="sr-only">Edit</span>
                </th>
              )}
            </tr>
          }
        >
          {items.map((term) => (
            <Row key={`${term.sku} ${term.location}`} term={term} onEdit={() => setEdited(term)} />
          ))}
        </Table>
      )}
      {found.hasNextPage && (
        <div className="border-t border-line px-4 py-2.5">
          <Button disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {found.isFetchingNextPage ? "Loading" : "Show more"}
          </Button>
        </div>
      )}
      {edited && (
        <TermDialog
          sku={edited.sku}
          name={edited.name ?? edited.sku}
          term={edited}
          onClose={() => setEdited(null)}
        />
      )}
    </Card>
  );
}

function Row({ term, onEdit }: { term: Term; onEdit: () => void }) {
  return (
    <tr>
      <td className="min-w-40">
        <Link
          to="/products/$sku"
          params={{ sku: term.sku }}
          search={term.location ? { location: term.location } : {}}
          className="font-medium underline-offset-2 hover:underline"
        >
          {term.name ?? term.sku}
        </Link>{" "}
        {term.generated && <Badge>Generated</Badge>}
        <span className="block text-meta text-ink-3">{`${term.sku} · ${term.location ?? "every location"}`}</span>
      </td>
      <td className="max-md:hidden">{term.supplier}</td>
      <td className="text-right">{money(term.unit_cost, "exact")}</td>
      <td className="text-right">{Number(term.moq) > 0 ? units(term.moq) : "–"}</td>
      <td className="text-right">{units(term.multiple)}</td>
      <td className="text-right whitespace-nowrap max-md:hidden">
        {term.shelf_life_days ? `${units(term.shelf_life_days)} days` : "–"}
      </td>
      <td className="text-right whitespace-nowrap max-sm:hidden">{service(term)}</td>
      {may("planner") && (
        <td className="text-right">
          <Button onClick={onEdit} aria-label={`Edit the terms of ${term.sku}`}>
            Edit
          </Button>
        </td>
      )}
    </tr>
  );
}

function service(term: Term): string {
  if (term.service_level) return percent(term.service_level);
  return term.stockout_cost ? "by cost" : "by class";
}
