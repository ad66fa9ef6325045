/** What an entry of the ledger says. Pure. */

import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { day, money, units, words } from "@/lib/format";
import { t } from "@/lib/texts";

export type Sale = Schemas["SaleOut"];

export const VIEWS = ["recorded", "waiting", "codes", "rejected"] as const;
export type View = (typeof VIEWS)[number];
export const KINDS = ["sale", "return", "correction", "void"] as const;

/** Whether an entry counts, and what became of it when it does not. */
export function stateOf(sale: Sale): { label: string; tone: Tone } {
  if (sale.superseded_by) return { label: t("Replaced"), tone: "plain" };
  return sale.kind === "void" ? { label: t("Voided"), tone: "bad" } : { label: t("Counts"), tone: "good" };
}

/** Only what counts can be corrected or voided; the newest of a chain stands for all of it. */
export const isOpen = (sale: Sale) => !sale.superseded_by && sale.kind !== "void";

/** An entry in a sentence: "3 of LAP001 at main on 12 Nov, €36.00". */
export function told({ quantity, sku, location, sold_at: at, amount }: Sale): string {
  const worth = money(amount, "exact");
  return at
    ? t("{0} of {1} at {2} on {3}, {4}", units(quantity), sku, location, day(at), worth)
    : t("{0} of {1} at {2}, {3}", units(quantity), sku, location, worth);
}

const TITLES = {
  correct: {
    sale: (sku: string | null) => t("Correct a sale of {0}", sku),
    return: (sku: string | null) => t("Correct a return of {0}", sku),
    correction: (sku: string | null) => t("Correct a correction of {0}", sku),
  },
  void: {
    sale: (sku: string | null) => t("Void a sale of {0}", sku),
    return: (sku: string | null) => t("Void a return of {0}", sku),
    correction: (sku: string | null) => t("Void a correction of {0}", sku),
  },
};

/** What is to be done to an entry that is open. */
export const titleOf = (what: keyof typeof TITLES, { kind, sku }: Sale) =>
  TITLES[what][kind as keyof (typeof TITLES)["void"]](sku);

/** The kinds of entries, to choose from. */
export const KIND_NAMES: Readonly<Record<(typeof KINDS)[number], string>> = {
  sale: t("Sales"),
  return: t("Returns"),
  correction: t("Corrections"),
  void: t("Voids"),
};

type Texts = Record<"quantity" | "unit_price" | "location" | "sold_at", string | null>;

/** What a correction sends: only what was changed, since the rest stays as it is. */
export function changes(before: Texts, now: Texts): Partial<Texts> {
  const same = (one: string | null, other: string | null) =>
    one === other || (one !== null && other !== null && Number(one) === Number(other));
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => !same(before[name as keyof Texts], value)),
  );
}

/** The day of an entry as the form has it. */
export const dayOf = (sale: Sale) => sale.sold_at?.slice(0, 10) ?? "";

/** What a sale waits for, from the API's "product:LAP001": what it is and which. */
export function waitsFor(text: string): { what: string; which: string } {
  const [what = "", ...which] = text.split(":");
  return { what: words(what), which: which.join(":") };
}
