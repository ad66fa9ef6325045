import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { query } from "@/api/query";
import { Button } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Badge, Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { type Inputs, InputsDialog, situationQuery } from "@/features/replenishment/Inputs";
import { AdjustDialog, CountDialog } from "@/features/stock/CountDialog";
import { ReserveDialog, ReturnDialog } from "@/features/stock/MoveDialog";
import { Movements } from "@/features/stock/Movements";
import { termFor, termsQuery } from "@/features/supply/queries";
import { TermDialog } from "@/features/supply/TermDialog";
import { ago, day, money, percent, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Open = "why" | "terms" | "reserve" | "return" | "count" | "adjust" | "movements";

interface Props {
  sku: string;
  name: string;
  location: string;
}

/** What lies there, what should be ordered, and why; without terms or a count only what is known. */
export function NextOrder({ sku, name, location }: Props) {
  const [open, setOpen] = useState<Open | null>(null);
  const terms = useQuery(termsQuery(sku));
  const term = termFor(terms.data?.items ?? [], location);
  const close = () => setOpen(null);
  const goods = { sku, location };
  const stock = useQuery(query("/api/stock", { query: { sku } }));
  const situation = useQuery(situationQuery(sku, location));
  const level = stock.data?.items.find((item) => item.location === location);
  const found = situation.data;
  const inputs = found?.inputs as unknown as Inputs | undefined;
  return (
    <Card>
      <CardHead title={found ? t("Next order") : t("Stock")} note={found ? undefined : location}>
        {found && <Button onClick={() => setOpen("why")}>{t("Why")}</Button>}
      </CardHead>
      {stock.isError ? (
        <ErrorCard title={t("The stock")} error={stock.error} onRetry={() => void stock.refetch()} />
      ) : stock.isPending || situation.isPending ? (
        <SkeletonRows rows={4} height={36} />
      ) : (
        <>
          {found && inputs && (
            <div className="px-4 pt-3">
              <p className="text-kpi font-semibold tracking-tight">
                {found.quantity > 0 ? t("{0} {0:unit/units}", units(found.quantity)) : t("None needed")}{" "}
                {found.quantity > 0 && (
                  <span className="text-body font-normal tracking-normal text-ink-2">
                    {money(found.order_value)}
                  </span>
                )}
              </p>
              <p className="text-ink-2">
                {found.quantity > 0
                  ? t(
                      "From {0}, by {1}, for {2} service.",
                      found.supplier,
                      day(found.order_by),
                      percent(inputs.terms.service_level),
                    )
                  : t(
                      "Covered at {0} service until {1}.",
                      percent(inputs.terms.service_level),
                      day(found.order_by),
                    )}
              </p>
            </div>
          )}
          {level ? (
            <dl className="px-4 py-1">
              <DefinitionLine label={t("On hand")}>
                <strong className="font-semibold">{units(level.on_hand)}</strong>{" "}
                {Number(level.on_hand) < 0 && <Badge tone="bad">{t("Negative: count it")}</Badge>}
              </DefinitionLine>
              {found && inputs && (
                <>
                  <DefinitionLine label={t("On order, reserved")}>
                    {`${units(found.on_order)}, ${units(found.reserved)}`}
                  </DefinitionLine>
                  <DefinitionLine label={t("Days of cover")} term="cover">
                    {found.days_of_cover === null ? t("no demand") : `${units(found.days_of_cover)} d`}{" "}
                    <span className="text-ink-3">
                      {t("lead time {0} d", units(inputs.lead_time.mean_days))}
                    </span>
                  </DefinitionLine>
                  <DefinitionLine label={t("Safety stock")} term="safety stock">
                    {units(found.safety_stock)}
                  </DefinitionLine>
                </>
              )}
              <DefinitionLine label={t("Last counted")}>
                {level.counted_at ? ago(level.counted_at) : t("Never")}
              </DefinitionLine>
            </dl>
          ) : (
            <p className="px-4 py-3 text-ink-2">{t("No data: nothing was counted here.")}</p>
          )}
        </>
      )}
      {terms.data && (
        <dl className="border-t border-line px-4 py-1">
          <DefinitionLine label={t("Bought from")}>
            {term ? (
              <>
                {term.supplier}{" "}
                <span className="text-ink-3">
                  {t("{0}, packs of {1}", money(term.unit_cost, "exact"), units(term.multiple))}
                </span>
              </>
            ) : (
              t("No terms yet")
            )}
          </DefinitionLine>
        </dl>
      )}
      <div className="flex flex-wrap gap-2 border-t border-line px-4 py-3">
        {may("planner") && terms.data && (
          <>
            <Button onClick={() => setOpen("terms")}>{term ? t("Edit terms") : t("Add terms")}</Button>
            <Button onClick={() => setOpen("count")}>{t("Count")}</Button>
            {level && <Button onClick={() => setOpen("adjust")}>{t("Adjust")}</Button>}
            <Button onClick={() => setOpen("reserve")}>{t("Reserve")}</Button>
            <Button onClick={() => setOpen("return")}>{t("Return")}</Button>
          </>
        )}
        <Button look="quiet" onClick={() => setOpen("movements")}>
          {t("Movements")}
        </Button>
      </div>
      {open === "why" && <InputsDialog sku={sku} location={location} onClose={close} />}
      {open === "terms" && <TermDialog sku={sku} name={name} term={term} onClose={close} />}
      {open === "reserve" && <ReserveDialog goods={goods} onClose={close} />}
      {open === "return" && <ReturnDialog goods={goods} onClose={close} />}
      {open === "count" && <CountDialog goods={goods} onHand={level?.on_hand} onClose={close} />}
      {open === "adjust" && level && <AdjustDialog goods={goods} onHand={level.on_hand} onClose={close} />}
      {open === "movements" && <Movements goods={goods} onClose={close} />}
    </Card>
  );
}
