/** The rules of overriding a forecast. Pure. */

import { checked, type Typed } from "@/components/form/fields";
import { plural, units } from "@/lib/format";
import { t } from "@/lib/texts";

/** Whose forecast: a product at a location, or everything of a category. */
export interface Target {
  sku?: string | undefined;
  category?: string | undefined;
  location?: string | undefined;
}

export const KINDS = [
  { value: "percent", label: t("Percent"), hint: t("10 or −15"), placeholder: "10" },
  { value: "units", label: t("Units"), hint: t("what it shall be, e.g. 120"), placeholder: "120" },
  { value: "formula", label: t("Formula"), hint: t("*1.2, +250, −30, /2 or =120"), placeholder: "*1.2" },
] as const;
export type Kind = (typeof KINDS)[number]["value"];

/** The text as the API reads it: a true minus and a per cent sign are people's. */
export function cleaned(kind: Kind, typed: string): string {
  const text = typed.trim().replaceAll("−", "-").replaceAll(",", "");
  return kind === "percent" ? text.replace(/\s*%$/, "") : text;
}

/** Whether it is worth asking the API what this would do. */
export function complete(kind: Kind, typed: string): boolean {
  const text = cleaned(kind, typed);
  if (kind === "formula") return /^[*/+=-]\s*\d+(\.\d+)?%?$/.test(text);
  return /^[+-]?\d+(\.\d+)?$/.test(text);
}

const ASKED = {
  percent: t("A change, as 10 or −15"),
  units: t("A number of units"),
  formula: t("As *1.2, +250 or =120"),
};

/** What is typed for a kind, as a form's field. */
export function valueField(kind: Kind): Typed<string> {
  const fault = (typed: string) => {
    if (typed.trim() === "") return t("Needed");
    return complete(kind, typed) ? undefined : ASKED[kind];
  };
  return checked(fault, (typed) => cleaned(kind, typed), 40);
}

/** The last of a number of weeks, within what is forecast. */
export function lastWeek(weeks: string[], first: string, count: number): string {
  const place = Math.max(0, weeks.indexOf(first));
  return weeks[Math.min(weeks.length, place + Math.max(1, count)) - 1] ?? first;
}

/** What an override says, in words: "+10 %", "*1.2", "120 units a week". */
export function said(item: { kind: string; value: string; per: string }): string {
  if (item.kind === "percent")
    return `${item.value.startsWith("-") ? "−" : "+"}${item.value.replace(/^[+-]/, "")} %`;
  if (item.kind === "csv") return t("CSV, {0}", plural(Number.parseInt(item.value, 10) || 0, "week"));
  const text =
    item.kind === "units" ? t("{0} {0:unit/units}", units(item.value)) : item.value.replace("-", "−");
  return `${text} ${item.per === "total" ? t("in all") : t("a week")}`;
}

/** A plan file carries the revision it was made on, so that a later upload cannot undo somebody else's change. */
export function planFile(target: Target, revision: number): string {
  const name = [target.sku ?? target.category ?? "all", target.location].filter(Boolean).join("-");
  return `plan-${name.replaceAll(/[^\w-]+/g, "_")}-r${revision}.csv`;
}

/** The revision in a plan file's name, also after a browser has numbered the copy; null when it has none. */
export function revisionOf(fileName: string): number | null {
  const found = /-r(\d+)(?: ?\(\d+\))?\.csv$/i.exec(fileName);
  return found ? Number(found[1]) : null;
}

export function effectText(effect: { cells: number; before_total: number; after_total: number }): string {
  return t(
    "{0} → {1} {1:unit/units} in {2}",
    units(effect.before_total),
    units(effect.after_total),
    plural(effect.cells, "week"),
  );
}
