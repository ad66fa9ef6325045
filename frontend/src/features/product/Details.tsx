import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Card, CardHead } from "@/components/ui/states";
import { Prices } from "@/features/catalog/Prices";
import { EditProduct } from "@/features/catalog/ProductDialog";
import { Bills } from "@/features/product/Kit";
import { BillDialog } from "@/features/product/KitDialog";
import { day, money } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Product = Schemas["ProductOut"];

/** What is known of the product itself. */
export function Details({ product }: { product: Product }) {
  const [open, setOpen] = useState<"edit" | "prices" | "components" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card>
      <CardHead title={t("Product")}>
        <Button onClick={() => setOpen("prices")}>{t("Prices")}</Button>
        {may("planner") && <Button onClick={() => setOpen("components")}>{t("Components")}</Button>}
        {may("planner") && <Button onClick={() => setOpen("edit")}>{t("Edit")}</Button>}
      </CardHead>
      <dl className="px-4 py-1">
        <DefinitionLine label={t("Barcode")}>{product.barcode ?? t("None")}</DefinitionLine>
        <DefinitionLine label={t("Category")}>
          <span className="[overflow-wrap:anywhere]">{product.category ?? t("None")}</span>
        </DefinitionLine>
        <DefinitionLine label={t("Price")}>{money(product.price, "exact")}</DefinitionLine>
        <DefinitionLine label={t("Cost")}>{money(product.cost, "exact")}</DefinitionLine>
        {(product.on_sale_from || product.on_sale_until) && (
          <DefinitionLine label={t("On sale")}>{onSale(product)}</DefinitionLine>
        )}
        {product.like_sku && (
          <DefinitionLine label={t("Sells like")}>
            {`${product.like_sku}${product.like_multiplier ? t(", times {0}", Number(product.like_multiplier)) : ""}`}
          </DefinitionLine>
        )}
        {product.replaces_sku && (
          <DefinitionLine label={t("Replaces")}>{product.replaces_sku}</DefinitionLine>
        )}
      </dl>
      <Bills sku={product.sku} />
      {open === "edit" && <EditProduct product={product} onClose={close} />}
      {open === "components" && <BillDialog product={product} onClose={close} />}
      {open === "prices" && <Prices product={product} onClose={close} />}
    </Card>
  );
}

function onSale({ on_sale_from: from, on_sale_until: until }: Product): string {
  if (from && until) return t("from {0} until {1}", day(from, "always"), day(until, "always"));
  if (from) return t("from {0}", day(from, "always"));
  return until ? t("until {0}", day(until, "always")) : "";
}
