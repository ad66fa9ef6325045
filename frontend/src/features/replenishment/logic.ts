/** The rules of an order's quantities, as the API has them: told while typing, decided by the API. */

import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { parseNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";

export const orderTone = (status: string): Tone =>
  (({ proposed: "info", approved: "warn", received: "good" })[status] as Tone | undefined) ?? "plain";

export type Line = Schemas["LineOut"];
export const keyOf = (line: Line) => `${line.location}\n${line.sku}`;

type Order = Schemas["OrderOut"];
export const openUnits = (order: Order) => order.lines.reduce((sum, line) => sum + Number(line.open), 0);

/** What is read of an order, that an act is refused where it is another by now. */
export const readOf = (order: Order) => ({ total: order.total, open: openUnits(order).toFixed(3) });

/** The lines that a filter leaves, by name or code. */
export function matching(lines: readonly Line[], q: string): Line[] {
  const wanted = q.trim().toLowerCase();
  return lines.filter((line) => `${line.name} ${line.sku}`.toLowerCase().includes(wanted));
}

/** Why a line has the quantity that stands in it, step by step from what the policy wanted. */
export function standing(line: Line, wantedNow: number): string[] {
  const { needed, proposed, edited_by: by } = line;
  const said: string[] = [];
  if (needed === null) said.push(t("Nothing was proposed: it was added by hand."));
  else said.push(t("{0} were wanted when it was proposed.", units(needed)));
  if (needed !== null && proposed !== null && Number(proposed) < Number(needed))
    said.push(t("The budget left {0} of them: others earn more for their cost.", units(proposed)));
  if (by) said.push(t("{0} made it {1}.", by, units(line.quantity)));
  if (needed !== null && Math.abs(wantedNow - Number(needed)) > 1e-9)
    said.push(t("{0} are wanted now: stock, orders or the forecast have changed since.", units(wantedNow)));
  return said;
}

export interface Packs {
  moq: string | number | null;
  multiple: string | number | null;
}

/** Why a typed quantity cannot be ordered; null when it can. */
export function refusal(typed: string, { moq, multiple }: Packs): string | null {
  const quantity = parseNumber(typed);
  if (quantity === null || quantity < 0) return t("Type a number, or 0 to leave it out");
  if (quantity === 0) return null;
  const least = Number(moq ?? 0);
  const pack = Number(multiple ?? 1) || 1;
  if (quantity < least) return t("At least {0}", units(least));
  const packs = quantity / pack;
  return Math.abs(packs - Math.round(packs)) > 1e-9 ? t("In packs of {0}", units(pack)) : null;
}

/** The quantity that covers what was typed in whole packs of at least the MOQ. */
export function wholePacks(need: number, { moq, multiple }: Packs): number {
  if (need <= 0) return 0;
  const pack = Number(multiple ?? 1) || 1;
  return Math.ceil(Math.max(need, Number(moq ?? 0)) / pack - 1e-9) * pack;
}

/** Days from a day to another; negative once it has passed. */
export function daysUntil(day: string, from: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

interface Came<Line> {
  came: { line: Line; quantity: number }[];
  total: number;
  rest: number;
  more: number;
  wrong: boolean;
}

/** What was typed of each line, summed: what came, what stays on order, what is beyond what is open. */
export function receiving<Line extends { open: string | number }>(
  typed: readonly { line: Line; typed: string }[],
): Came<Line> {
  const found: Came<Line> = { came: [], total: 0, rest: 0, more: 0, wrong: false };
  for (const { line, typed: text } of typed) {
    const quantity = text.trim() === "" ? 0 : parseNumber(text);
    const open = Number(line.open);
    if (quantity === null || quantity < 0) {
      found.wrong = true;
      continue;
    }
    if (quantity > 0) found.came.push({ line, quantity });
    found.total += quantity;
    found.rest += Math.max(0, open - quantity);
    found.more += Math.max(0, quantity - open);
  }
  return found;
}
