/** What a supplier is written: an order as a text, and what had better come sooner or later. Pure. */

import type { Schemas } from "@/api/client";
import { day, money, units } from "@/lib/format";
import { t } from "@/lib/texts";

type Order = Schemas["OrderOut"];
export type Delivery = Schemas["DeliveryOut"];

export interface Mail {
  subject: string;
  body: string;
}

/** The order as a letter: what of it, under the supplier's own code where there is one, at which price, by when. */
export function orderMail(order: Order, supplier: string): Mail {
  const lines = order.lines.map((line) => {
    const code = line.supplier_sku ? t("{0} (our {1})", line.supplier_sku, line.sku) : line.sku;
    return t(
      "{0} × {1}  {2}  {3} each",
      units(line.quantity),
      code,
      line.name ?? "",
      money(line.unit_cost, "exact"),
    );
  });
  return {
    subject: t("Purchase order {0}", order.number),
    body: [
      t("Dear {0},", supplier),
      "",
      t("please deliver by {0}, as our order {1}:", day(order.wanted_by, "always"), order.number),
      "",
      ...lines,
      "",
      t("In all {0}. Please confirm the day of delivery.", money(order.total, "exact")),
      "",
      t("Kind regards"),
    ].join("\n"),
  };
}

/** What is asked of a supplier about an order that is on its way. */
export function changeMail(number: number, lines: readonly Delivery[]): Mail {
  const asked = lines.map((line) => {
    const by = line.advice === "expedite" ? line.runs_out_on : line.needed_on;
    const when = by
      ? line.advice === "expedite"
        ? t("by {0}", day(by))
        : t("not before {0}", day(by))
      : t("not at all");
    return t(
      "{0} × {1}  {2}: {3} instead of {4}",
      units(line.open),
      line.sku,
      line.name ?? "",
      when,
      day(line.expected_on),
    );
  });
  return {
    subject: t("Purchase order {0}: other days of delivery", number),
    body: [
      t("Dear Sir or Madam,"),
      "",
      t("could these lines of our order {0} come on other days?", number),
      "",
      ...asked,
      "",
      t("Please tell us what is possible."),
      "",
      t("Kind regards"),
    ].join("\n"),
  };
}

/** How far the day of a delivery is from the one that is wanted, in words. */
export function adviceText(line: Delivery): string {
  if (line.advice === "expedite")
    return t(
      "Gone {0}: {1} lacked, {2}",
      line.runs_out_on ? t("on {0}", day(line.runs_out_on)) : t("before"),
      units(line.short_units),
      money(line.value),
    );
  if (line.advice === "postpone")
    return line.needed_on
      ? t("Needed on {0}; {1} bound until then", day(line.needed_on), money(line.value))
      : t("Not needed: {0} bound", money(line.value));
  return line.needed_on ? t("Needed on {0}", day(line.needed_on)) : t("In time");
}
