import { useState } from "react";
import type { Schemas } from "@/api/client";
import { Button } from "@/components/ui/controls";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Card, CardHead } from "@/components/ui/states";
import { Prices } from "@/features/catalog/Prices";
import { EditProduct } from "@/features/catalog/ProductDialog";
import { day, money } from "@/lib/format";
import { may } from "@/lib/session";

type Product = Schemas["ProductOut"];

/** What is known of the product itself. */
export function Details({ product }: { product: Product }) {
  const [open, setOpen] = useState<"edit" | "prices" | null>(null);
  const close = () => setOpen(null);
  return (
    <Card>
      <CardHead title="Product">
        <Button onClick={() => setOpen("prices")}>Prices</Button>
        {may("planner") && <Button onClick={() => setOpen("edit")}>Edit</Button>}
      </CardHead>
      <dl className="px-4 py-1">
        <DefinitionLine label="Barcode">{product.barcode ?? "None"}</DefinitionLine>
        <DefinitionLine label="Category">{product.category ?? "None"}</DefinitionLine>
        <DefinitionLine label="Price">{money(product.price, "exact")}</DefinitionLine>
        <DefinitionLine label="Cost">{money(product.cost, "exact")}</DefinitionLine>
        {(product.on_sale_from || product.on_sale_until) && (
          <DefinitionLine label="On sale">{onSale(product)}</DefinitionLine>
        )}
        {product.like_sku && (
          <DefinitionLine label="Sells like">
            {`${product.like_sku}${product.like_multiplier ? `, times ${Number(product.like_multiplier)}` : ""}`}
          </DefinitionLine>
        )}
      </dl>
      {open === "edit" && <EditProduct product={product} onClose={close} />}
      {open === "prices" && <Prices product={product} onClose={close} />}
    </Card>
  );
}

function onSale({ on_sale_from: from, on_sale_until: until }: Product): string {
  return [from && `from ${day(from, "always")}`, until && `until ${day(until, "always")}`]
    .filter(Boolean)
    .join(" ");
}
