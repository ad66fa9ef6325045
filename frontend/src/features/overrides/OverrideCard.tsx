import { useState } from "react";
import { Segmented } from "@/components/ui/controls";
import { Card, CardHead } from "@/components/ui/states";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
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
      {may("planner") && <OverrideForm key={String(whole)} target={target} weeks={weeks} />}
      <OverrideList sku={sku} />
    </Card>
  );
}
