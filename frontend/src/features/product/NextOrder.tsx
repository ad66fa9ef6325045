import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { type Inputs, InputsDialog, situationQuery } from "@/features/replenishment/Inputs";
import { ago, day, money, percent, units } from "@/lib/format";

/** What lies there, what should be ordered, and why; without terms or a count only what is known. */
export function NextOrder({ sku, location }: { sku: string; location: string }) {
  const [why, setWhy] = useState(false);
  const stock = useQuery({
    queryKey: keys.stock(sku),
    queryFn: () => data(api.GET("/api/stock", { params: { query: { sku } } })),
  });
  const situation = useQuery(situationQuery(sku, location));
  const level = stock.data?.items.find((item) => item.location === location);
  const found = situation.data;
  const inputs = found?.inputs as unknown as Inputs | undefined;
  return (
    <Card>
      <CardHead title={found ? "Next order" : "Stock"} note={found ? undefined : location}>
        {found && <Button onClick={() => setWhy(true)}>Why</Button>}
      </CardHead>
      {stock.isError ? (
        <ErrorCard title="The stock" error={stock.error} onRetry={() => void stock.refetch()} />
      ) : stock.isPending || situation.isPending ? (
        <SkeletonRows rows={4} height={36} />
      ) : (
        <>
          {found && inputs && (
            <div className="px-4 pt-3">
              <p className="text-kpi font-semibold tracking-tight">
                {found.quantity > 0 ? `${units(found.quantity)} units` : "None needed"}{" "}
                {found.quantity > 0 && (
                  <span className="text-body font-normal tracking-normal text-ink-2">
                    {money(found.order_value)}
                  </span>
                )}
              </p>
              <p className="text-ink-2">
                {found.quantity > 0
                  ? `From ${found.supplier}, by ${day(found.order_by)}, for ${percent(inputs.terms.service_level)} service.`
                  : `Covered at ${percent(inputs.terms.service_level)} service until ${day(found.order_by)}.`}
              </p>
            </div>
          )}
          {level ? (
            <dl className="px-4 py-1">
              <DefinitionLine label="On hand">
                <strong className="font-semibold">{units(level.on_hand)}</strong>{" "}
                {Number(level.on_hand) < 0 && <Badge tone="bad">Negative: count it</Badge>}
              </DefinitionLine>
              {found && inputs && (
                <>
                  <DefinitionLine label="On order, reserved">
                    {`${units(found.on_order)}, ${units(found.reserved)}`}
                  </DefinitionLine>
                  <DefinitionLine label="Days of cover">
                    {found.days_of_cover === null ? "no demand" : `${units(found.days_of_cover)} d`}{" "}
                    <span className="text-ink-3">{`lead time ${units(inputs.lead_time.mean_days)} d`}</span>
                  </DefinitionLine>
                  <DefinitionLine label="Safety stock">{units(found.safety_stock)}</DefinitionLine>
                </>
              )}
              <DefinitionLine label="Last counted">
                {level.counted_at ? ago(level.counted_at) : "Never"}
              </DefinitionLine>
            </dl>
          ) : (
            <p className="px-4 py-3 text-ink-2">No data: nothing was counted here.</p>
          )}
        </>
      )}
      {why && <InputsDialog sku={sku} location={location} onClose={() => setWhy(false)} />}
    </Card>
  );
}
