import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { here } from "@/components/table/rows";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Empty } from "@/components/ui/states";
import { change, count, money, units } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import type { Asked, Figures, Told } from "./useScenario";

type Product = Schemas["WhatIfProduct"];

/** Each product over its locations; those that move most money first. */
export function Products({ asked, told }: { asked: Asked; told: Told }) {
  const [location, more] = asked.scope.locations ?? [];
  return (
    <ListCard
      title={t("By product")}
      note={
        told.more_products > 0
          ? t("those that move most; {0} more are in the sums", count(told.more_products))
          : t("those that move most first")
      }
      label={t("What it does by product")}
      name="what-if"
      one="product"
      columns={columns(more === undefined ? location : undefined)}
      rows={here(told.products)}
      rowKey={(row) => row.sku}
      empty={<Empty title={t("Nothing is forecast here")} />}
    />
  );
}

const columns = (location: string | undefined): readonly Column<Product>[] => [
  {
    id: "product",
    label: t("Product"),
    width: 220,
    text: (row) => `${row.name ?? ""} (${row.sku})`,
    cell: (row) => (
      <ProductLink
        sku={row.sku}
        name={row.name}
        {...(location && { location })}
        {...(row.stays && { below: <Badge tone="warn">{t("Stays as it is")}</Badge> })}
      />
    ),
  },
  figure("units", t("Units"), units),
  figure("revenue", t("Revenue"), money, "sm"),
  figure("margin", t("Margin"), money, "md"),
  figure("stock_value", t("Stock kept"), money, "lg"),
  figure("order_value", t("To order now"), money, "lg"),
  {
    id: "why",
    label: t("Why it stays"),
    width: 180,
    from: "xl",
    text: (row) => heard(row.stays),
    cell: (row) => <span className="block truncate text-ink-2">{heard(row.stays) || "–"}</span>,
  },
];

function figure(
  name: "units" | "revenue" | "margin" | "stock_value" | "order_value",
  label: string,
  shown: (value: number | null) => string,
  from?: "sm" | "md" | "lg",
): Column<Product> {
  return {
    id: name,
    label,
    width: 120,
    align: "right",
    ...(from && { from }),
    text: (row) => row.then[name],
    cell: ({ base, then }) => (
      <>
        <span className="font-semibold">{shown(then[name])}</span>
        <span className="block text-meta text-ink-3">{beside(base[name], then[name], shown)}</span>
      </>
    ),
  };
}

function beside(
  base: Figures["revenue"],
  then: Figures["revenue"],
  shown: (value: number | null) => string,
): ReactNode {
  if (base === null || then === null || base === then) return t("as planned");
  return base === 0 ? shown(base) : `${shown(base)}, ${change(then / base - 1)}`;
}
