import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import { Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago, units } from "@/lib/format";
import { may } from "@/lib/session";
import { ReserveDialog, ReturnDialog } from "./MoveDialog";

/** Units that are held for somebody, and units that went back. */
export function Held() {
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Reservations />
      <Returns />
    </div>
  );
}

function Reservations() {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const found = useQuery({
    queryKey: keys.reservations({}),
    queryFn: () => data(api.GET("/api/stock/reservations", { params: { query: { limit: 200 } } })),
  });
  const release = useMutation({
    mutationFn: (reference: string) =>
      data(api.DELETE("/api/stock/reservations/{reference}", { params: { path: { reference } } })),
    onSuccess: (_, reference) => {
      toast(`Nothing is held for ${reference} any more.`);
      void client.invalidateQueries({ queryKey: ["stock"] });
      void client.invalidateQueries({ queryKey: ["orders"] });
    },
  });
  const items = found.data?.items ?? [];
  return (
    <Card>
      <CardHead title="Reserved" note="held for customers' orders, not there to sell">
        {may("planner") && <Button onClick={() => setAdding(true)}>Reserve stock</Button>}
      </CardHead>
      <div className="px-4 empty:hidden [&>*]:my-3">
        <Problem error={release.error} />
      </div>
      {found.isError ? (
        <ErrorCard title="The reservations" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={3} />
      ) : items.length === 0 ? (
        <Empty title="Nothing is held">
          Reserve units for a customer's order, here or on a product's page.
        </Empty>
      ) : (
        <Table
          label="Reservations"
          head={
            <tr>
              <th scope="col">For</th>
              <th scope="col">Product</th>
              <th scope="col" className="text-right">
                Units
              </th>
              <th scope="col" className="max-sm:hidden">
                Held
              </th>
              <th scope="col">
                <span className="sr-only">Release</span>
              </th>
            </tr>
          }
        >
          {items.map((item, place) => {
            const first = items[place - 1]?.reference !== item.reference;
            return (
              <tr key={`${item.reference} ${item.sku} ${item.location}`}>
                <td className="font-medium whitespace-nowrap">
                  {first ? item.reference : <span className="sr-only">{item.reference}</span>}
                </td>
                <td className="sm:min-w-40">
                  <Product item={item} />
                </td>
                <td className="text-right font-semibold">{units(item.quantity)}</td>
                <td className="whitespace-nowrap text-ink-2 max-sm:hidden">
                  {`${ago(item.reserved_at)} by ${item.actor}`}
                </td>
                <td className="text-right">
                  {first && may("planner") && (
                    <Button
                      disabled={release.isPending}
                      onClick={() => release.mutate(item.reference)}
                      aria-label={`Release ${item.reference}`}
                    >
                      Release
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </Table>
      )}
      <More cursor={found.data?.next_cursor}>The first 200 by reference.</More>
      {adding && <ReserveDialog goods={null} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Returns() {
  const [adding, setAdding] = useState(false);
  const found = useQuery({
    queryKey: keys.returns({}),
    queryFn: () => data(api.GET("/api/stock/supplier-returns", { params: { query: { limit: 100 } } })),
  });
  return (
    <Card>
      <CardHead title="Returned to suppliers">
        {may("planner") && <Button onClick={() => setAdding(true)}>Return to a supplier</Button>}
      </CardHead>
      {found.isError ? (
        <ErrorCard title="The returns" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={3} />
      ) : found.data.items.length === 0 ? (
        <Empty title="Nothing went back">Goods that go back to their supplier leave the stock.</Empty>
      ) : (
        <Table
          label="Returns to suppliers"
          head={
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="text-right">
                Units
              </th>
              <th scope="col">Supplier and reason</th>
              <th scope="col" className="max-sm:hidden">
                Sent back
              </th>
            </tr>
          }
        >
          {found.data.items.map((item) => (
            <tr key={item.id}>
              <td className="min-w-40">
                <Product item={item} />
              </td>
              <td className="text-right font-semibold">{units(item.quantity)}</td>
              <td className="min-w-40">{item.reason}</td>
              <td className="whitespace-nowrap text-ink-2 max-sm:hidden">
                {`${ago(item.returned_at)} by ${item.actor}`}
              </td>
            </tr>
          ))}
        </Table>
      )}
      <More cursor={found.data?.next_cursor}>The newest 100.</More>
      {adding && <ReturnDialog goods={null} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Product({ item }: { item: Schemas["ReservationOut"] | Schemas["ReturnOut"] }) {
  return (
    <>
      <Link
        to="/products/$sku"
        params={{ sku: item.sku }}
        search={{ location: item.location }}
        className="font-medium underline-offset-2 hover:underline"
      >
        {item.name ?? item.sku}
      </Link>
      <span className="block text-meta text-ink-3">{`${item.sku} · ${item.location}`}</span>
    </>
  );
}

function More({ cursor, children }: { cursor: string | null | undefined; children: ReactNode }) {
  return cursor ? (
    <p className="border-t border-line px-4 py-2 text-sec text-ink-3">{children} The API has more.</p>
  ) : null;
}
