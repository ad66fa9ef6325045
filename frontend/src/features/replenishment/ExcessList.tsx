import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { money, units } from "@/lib/format";

/** Stock beyond the order-up-to level, the most money first. */
export function ExcessList() {
  const found = useQuery({
    queryKey: keys.excess,
    queryFn: () => data(api.GET("/api/excess", { params: { query: { limit: 100 } } })),
    staleTime: 60_000,
  });
  const most = Math.max(1, ...(found.data?.items.map((item) => item.value) ?? []));
  return (
    <Card>
      <CardHead title="Excess" note="beyond the order-up-to level, the most money first" />
      {found.isError ? (
        <ErrorCard title="The excess" error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={8} />
      ) : found.data.items.length === 0 ? (
        <Empty title="No excess">No product has more than its order-up-to level.</Empty>
      ) : (
        <Table
          label="Excess stock"
          head={
            <tr>
              <th scope="col">Product</th>
              <th scope="col" className="text-right">
                Too much
              </th>
              <th scope="col" className="text-right">
                Units beyond
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                On hand
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                Order up to
              </th>
              <th scope="col" className="text-right max-sm:hidden">
                Lasts
              </th>
            </tr>
          }
        >
          {found.data.items.map((item) => (
            <tr key={`${item.sku} ${item.location}`}>
              <td className="min-w-40">
                <Link
                  to="/products/$sku"
                  params={{ sku: item.sku }}
                  search={{ location: item.location }}
                  className="font-medium underline-offset-2 hover:underline"
                >
                  {item.name}
                </Link>
                <span className="block text-meta text-ink-3">{`${item.sku} · ${item.location}`}</span>
              </td>
              <td className="text-right">
                <span className="font-semibold">{money(item.value)}</span>
                <span aria-hidden className="ml-auto mt-1 flex h-1 w-24 justify-end rounded-full bg-line">
                  <i className="rounded-full bg-ink-3" style={{ width: `${(item.value / most) * 100}%` }} />
                </span>
              </td>
              <td className="text-right">{units(item.excess)}</td>
              <td className="text-right max-sm:hidden">{units(item.on_hand)}</td>
              <td className="text-right max-sm:hidden">{units(item.order_up_to)}</td>
              <td className="text-right whitespace-nowrap max-sm:hidden">
                {item.days_of_cover === null ? "not sold any more" : `${units(item.days_of_cover)} days`}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
