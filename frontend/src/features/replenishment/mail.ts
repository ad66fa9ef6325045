/** What a supplier is written: an order as a text, and what had better come sooner or later. Pure. */
import type { Schemas } from "@/api/client";
import { day, money, units } from "@/lib/format";

type Order = Schemas["OrderOut"];
export type Delivery = Schemas["DeliveryOut"];

export interface Mail {
  subject: string;
  body: string;
}

/** The order as a letter: what of it, under the supplier's own code where there is one, at which price, by when. */
export function orderMail(order: Order, supplier: string): Mail {
  const lines = order.lines.map((line) => {
    const code = line.supplier_sku ? `${line.supplier_sku} (our ${line.sku})` : line.sku;
    return `${units(line.quantity)} × ${code}  ${line.name ?? ""}  ${money(line.unit_cost, "exact")} each`;
  });
  return {
    subject: `Purchase order ${order.number}`,
    body: [
      `Dear ${supplier},`,
      "",
      `please deliver by ${day(order.wanted_by, "always")}, as our order ${order.number}:`,
      "",
      ...lines,
      "",
      `In all ${money(order.total, "exact")}. Please confirm the day of delivery.`,
      "",
      "Kind regards",
    ].join("\n"),
  };
}

/** What is asked of a supplier about an order that is on its way. */
export function changeMail(number: number, lines: readonly Delivery[]): Mail {
  const asked = lines.map((line) => {
    const by = line.advice === "expedite" ? line.runs_out_on : line.needed_on;
    const when = by ? (line.advice === "expedite" ? `by ${day(by)}` : `not before ${day(by)}`) : "not at all";
    return `${units(line.open)} × ${line.sku}  ${line.name ?? ""}: ${when} instead of ${day(line.expected_on)}`;
  });
  return {
    subject: `Purchase order ${number}: other days of delivery`,
    body: [
      "Dear Sir or Madam,",
      "",
      `could these lines of our order ${number} come on other days?`,
      "",
      ...asked,
      "",
      "Please tell us what is possible.",
      "",
      "Kind regards",
    ].join("\n"),
  };
}

/** How far the day of a delivery is from the one that is wanted, in words. */
export function adviceText(line: Delivery): string {
  if (line.advice === "expedite")
    return `Gone ${line.runs_out_on ? `on ${day(line.runs_out_on)}` : "before"}: ${units(line.short_units)} lacked, ${money(line.value)}`;
  if (line.advice === "postpone")
    return line.needed_on
      ? `Needed on ${day(line.needed_on)}; ${money(line.value)} bound until then`
      : `Not needed: ${money(line.value)} bound`;
  return line.needed_on ? `Needed on ${day(line.needed_on)}` : "In time";
}
