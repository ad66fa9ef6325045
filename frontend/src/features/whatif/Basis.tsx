import { EffectsCard } from "@/features/effects/Effects";
import { t } from "@/lib/texts";
import type { Asked } from "./useScenario";

/** What the answer rests on: what promotions and prices did so far, with its doubt. */
export function Basis({ asked: { scope, scenario } }: { asked: Asked }) {
  const drivers = [...(scenario.promotion ? ["promotion"] : []), ...(scenario.price ? ["price"] : [])];
  if (drivers.length === 0) return null;
  const [sku, more] = scope.skus ?? [];
  const of =
    sku !== undefined && more === undefined ? { sku } : scope.category ? { category: scope.category } : {};
  return <EffectsCard title={t("What this rests on")} of={of} drivers={drivers} />;
}
