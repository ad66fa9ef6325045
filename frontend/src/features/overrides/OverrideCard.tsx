import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { componentsQuery } from "@/api/queries";
import { Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Card, CardHead } from "@/components/ui/states";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";
import type { Target } from "./logic";
import { OverrideForm } from "./OverrideForm";
import { OverrideList } from "./OverrideList";
import { PlanCsv } from "./PlanCsv";

interface Props {
  sku: string;
  location: string;
  category: string | null | undefined;
  weeks: string[];
}

/** The plan of a product beside the model's forecast; a whole category's too, spread to the unit by share. */
export function OverrideCard({ sku, location, category, weeks }: Props) {
  const [whole, setWhole] = useState(false);
  const target: Target = whole && category ? { category } : { sku, location };
  return (
    <Card className="min-w-0">
      <CardHead
        title={t("Override")}
        note={
          whole
            ? t("spread over its products by share, to the unit")
            : t("of the model, in place of earlier ones in the same weeks")
        }
      >
        {category && (
          <Segmented
            label={t("What to override")}
            value={whole ? "category" : "product"}
            options={[
              { value: "product", label: t("This product") },
              { value: "category", label: category },
            ]}
            onChange={(value) => setWhole(value === "category")}
          />
        )}
        <PlanCsv target={target} />
      </CardHead>
      {!whole && <OfKit sku={sku} />}
      {may("planner") && <OverrideForm key={String(whole)} target={target} weeks={weeks} />}
      <OverrideList sku={sku} />
    </Card>
  );
}

/** A kit that is assembled when it is sold is made of its components: what is said of it moves them, too. */
function OfKit({ sku }: { sku: string }) {
  const { data } = useQuery(componentsQuery(sku));
  const bill = data?.bills.findLast(({ valid_from }) => valid_from <= today());
  if (!bill || bill.pre_packed || bill.components.length === 0) return null;
  return (
    <div role="note" className="mx-4 mt-4 rounded-lg bg-accent-soft px-4 py-3 text-ink">
      <p>{t("It is a kit: its components are expected and ordered for as many kits as you say here.")}</p>
      <ul className="flex flex-wrap gap-x-4 pt-1">
        {bill.components.map((each) => (
          <li key={each.sku}>
            <ProductLink sku={each.sku} name={each.name} />
          </li>
        ))}
      </ul>
    </div>
  );
}
