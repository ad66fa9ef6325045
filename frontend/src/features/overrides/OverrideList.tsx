import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Lock, LockOpen, Undo2 } from "lucide-react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { IconButton } from "@/components/ui/controls";
import { Badge, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago, day, units } from "@/lib/format";
import { may, useSession } from "@/lib/session";
import { said } from "./logic";

type Override = Schemas["OverrideOut"];

/** Every change of a product's plan: who, when, why, from what to what; undone ones too. */
export function OverrideList({ sku }: { sku?: string | undefined }) {
  const found = useQuery({
    queryKey: keys.overrides({ sku: sku ?? null }),
    queryFn: () => data(api.GET("/api/overrides", { params: { query: { sku, limit: 50 } } })),
  });
  if (found.isError)
    return <ErrorCard title="The changes" error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <SkeletonRows rows={2} height={44} />;
  if (found.data.items.length === 0)
    return (
      <p className="border-t border-line px-4 py-3 text-ink-2">
        Nobody has changed this forecast: it is the model's own.
      </p>
    );
  return (
    <div className="border-t border-line">
      <Table
        label="Changes of the plan"
        head={
          <tr>
            <th scope="col">Change</th>
            <th scope="col">Weeks</th>
            <th scope="col" className="text-right">
              Units
            </th>
            <th scope="col">Why and who</th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        }
      >
        {found.data.items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </Table>
    </div>
  );
}

function Row({ item }: { item: Override }) {
  const client = useQueryClient();
  const session = useSession();
  const settled = {
    onSuccess: () => client.invalidateQueries({ queryKey: ["forecasts"] }),
    onError: (error: unknown) => toast(`Not done: ${asApiError(error).message}`),
  };
  const path = { params: { path: { override_id: item.id } } };
  const undo = useMutation({
    mutationFn: () => data(api.POST("/api/overrides/{override_id}/undo", path)),
    ...settled,
  });
  const lock = useMutation({
    mutationFn: () =>
      data(api.POST("/api/overrides/{override_id}/lock", { ...path, body: { locked: !item.locked } })),
    ...settled,
  });
  const mine = session.state === "in" && (session.user.username === item.author || may("admin"));
  const whose = item.target.category ? `all of ${item.target.category}` : item.target.location;
  return (
    <tr className={item.in_force ? "" : "text-ink-3"}>
      <td className="whitespace-nowrap">
        <span className={item.in_force ? "font-medium" : ""}>{said(item)}</span>
        {whose && <span className="block text-meta text-ink-3">{whose}</span>}
      </td>
      <td className="whitespace-nowrap">
        {day(item.first_week)}
        {item.last_week !== item.first_week && ` to ${day(item.last_week)}`}
      </td>
      <td className="text-right whitespace-nowrap">
        {units(item.before_total)} → <span className="font-medium">{units(item.after_total)}</span>
      </td>
      <td className="min-w-48">
        {item.reason}
        <span className="block text-meta text-ink-3">{`${item.author}, ${ago(item.created_at)}`}</span>
      </td>
      <td>
        <span className="flex flex-wrap gap-1">
          {item.undone_at ? (
            <Badge>{`Undone by ${item.undone_by}`}</Badge>
          ) : item.in_force ? (
            <Badge tone="info">In force</Badge>
          ) : (
            <Badge>Expired</Badge>
          )}
          {item.locked && item.in_force && <Badge tone="warn">Locked</Badge>}
        </span>
        {item.expires_on && item.in_force && (
          <span className="block pt-0.5 text-meta text-ink-3">{`until ${day(item.expires_on)}`}</span>
        )}
      </td>
      <td>
        {item.in_force && may("planner") && (
          <span className="flex justify-end gap-1.5">
            {mine && (
              <IconButton
                label={item.locked ? `Unlock ${said(item)}` : `Lock ${said(item)}`}
                disabled={lock.isPending}
                onClick={() => lock.mutate()}
              >
                {item.locked ? <LockOpen size={14} aria-hidden /> : <Lock size={14} aria-hidden />}
              </IconButton>
            )}
            <IconButton label={`Undo ${said(item)}`} disabled={undo.isPending} onClick={() => undo.mutate()}>
              <Undo2 size={14} aria-hidden />
            </IconButton>
          </span>
        )}
      </td>
    </tr>
  );
}
