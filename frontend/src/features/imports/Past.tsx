import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { ago, count, words } from "@/lib/format";
import { running, tone } from "./status";

export function Past({ onOpen }: { onOpen: (id: string) => void }) {
  const list = useQuery({
    queryKey: keys.imports,
    queryFn: () => data(api.GET("/api/imports", { params: { query: { limit: 50 } } })),
    refetchInterval: (query) => (query.state.data?.items.some((item) => running(item.status)) ? 3000 : false),
  });
  return (
    <Card>
      <CardHead title="All imports" />
      {list.isError ? (
        <ErrorCard title="The imports" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={3} />
      ) : list.data.items.length === 0 ? (
        <Empty title="Nothing was imported yet">
          Choose a file with one sale a line: product, quantity, day.
        </Empty>
      ) : (
        <Table
          label="All imports"
          head={
            <tr>
              <th scope="col">File</th>
              <th scope="col">Status</th>
              <th scope="col" className="text-right">
                Recorded
              </th>
              <th scope="col" className="text-right">
                Rejected
              </th>
              <th scope="col">By</th>
              <th scope="col">Started</th>
            </tr>
          }
        >
          {list.data.items.map((item) => (
            <tr key={item.id}>
              <td>
                <button
                  type="button"
                  className="font-medium text-accent underline-offset-2 hover:underline"
                  onClick={() => onOpen(item.id)}
                >
                  {item.name}
                </button>
              </td>
              <td>
                <Badge tone={tone(item.status)}>{words(item.status)}</Badge>
              </td>
              <td className="text-right">{count(item.recorded)}</td>
              <td className="text-right">{count(item.rejected)}</td>
              <td>{item.created_by}</td>
              <td className="whitespace-nowrap">{ago(item.created_at)}</td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}
