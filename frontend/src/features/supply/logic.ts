/** Terms as a form holds them: texts. What the API says is what counts. */

import type { Difference } from "@/components/form/Theirs";
import { parseNumber, percent, typedNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";

export interface Field {
  name: string;
  label: string;
  hint?: string;
  /** A share, typed as per cent. */
  percent?: boolean;
  text?: boolean;
}

export const SUPPLIER_FIELDS: readonly Field[] = [
  { name: "name", label: t("Name"), text: true },
  { name: "lead_days", label: t("Lead time in days"), hint: t("As stated; five receipts outvote it") },
  { name: "lead_spread_days", label: t("Its spread, ± days") },
  { name: "review_days", label: t("Ordered every … days") },
];

export const TERM_FIELDS: readonly Field[] = [
  { name: "unit_cost", label: t("Cost of a unit") },
  { name: "moq", label: t("Least order (MOQ)"), hint: t("0: no minimum") },
  { name: "multiple", label: t("Pack of … units") },
  {
    name: "service_level",
    label: t("Service level in %"),
    percent: true,
    hint: t("Empty: that of its class"),
  },
  {
    name: "stockout_cost",
    label: t("Lacking one costs"),
    hint: t("Decides the service level if that is empty"),
  },
  { name: "shelf_life_days", label: t("Shelf life in days"), hint: t("Empty: it keeps") },
  { name: "supplier_sku", label: t("The supplier's code for it"), text: true },
  { name: "holding_rate", label: t("Holding cost in % a year"), percent: true },
];

export type Form = Record<string, string>;
type Stored = Record<string, unknown>;

/** A stored value as it is typed. */
export function typedAs(field: Field, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (field.text) return String(value);
  return typedNumber(field.percent ? Math.round(Number(value) * 1e6) / 1e4 : Number(value));
}

export function formOf(fields: readonly Field[], stored: Stored): Form {
  return Object.fromEntries(fields.map((field) => [field.name, typedAs(field, stored[field.name])]));
}

/** What somebody else changed between two readings, in words. */
export function differences(fields: readonly Field[], before: Stored, now: Stored): Difference[] {
  return fields
    .map((field) => ({
      field,
      one: typedAs(field, before[field.name]),
      two: typedAs(field, now[field.name]),
    }))
    .filter(({ one, two }) => one !== two)
    .map(({ field, one, two }) => ({
      label: field.label,
      before: shown(field, one),
      now: shown(field, two),
    }));
}

/** A form after somebody else's change: what was not touched here is theirs, what was typed stays. */
export function merged(fields: readonly Field[], form: Form, before: Stored, now: Stored): Form {
  const theirs = fields.filter((field) => form[field.name] === typedAs(field, before[field.name]));
  return { ...form, ...formOf(theirs, now) };
}

function shown(field: Field, typed: string): string {
  if (typed === "" || field.text) return typed;
  const number = parseNumber(typed);
  return field.percent ? percent((number ?? 0) / 100) : units(number);
}
