/** What the replenishment page's address says. */
import type { Faceted } from "@/components/table/Facets";

export const VIEWS = ["proposals", "lines", "orders", "excess", "classes", "suppliers", "held"] as const;
export type View = (typeof VIEWS)[number];

export const ORDER_STATES = ["approved", "received", "cancelled"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export const EXCESS_SORTS = [
  "-excess",
  "excess",
  "name",
  "-name",
  "on_hand",
  "-on_hand",
  "cover",
  "-cover",
] as const;
export type ExcessSort = (typeof EXCESS_SORTS)[number];

export const LINE_SORTS = [
  "-value",
  "value",
  "name",
  "-name",
  "on_hand",
  "-on_hand",
  "cover",
  "-cover",
  "order_by",
  "-order_by",
  "chance",
  "-chance",
] as const;
export type LineSort = (typeof LINE_SORTS)[number];

export const LINE_STATES = ["all", "due", "risk", "out", "covered"] as const;
export type LineState = (typeof LINE_STATES)[number];

export const ADVICE = ["expedite", "postpone", "all"] as const;
export type Advice = (typeof ADVICE)[number];

export interface Search extends Faceted {
  view?: View | undefined;
  order?: string | undefined;
  /** Which orders; a filter of lines, terms, excess. */
  status?: OrderState | undefined;
  q?: string | undefined;
  /** The order of excess; the order and state of lines. */
  sort?: ExcessSort | undefined;
  by?: LineSort | undefined;
  state?: LineState | undefined;
  /** Which deliveries. */
  advice?: Advice | undefined;
}
