import { describe, expect, it } from "vitest";
import { TermPut } from "@/api/forms.gen";
import { fault } from "@/components/form/fields";
import { differences, type Form, formOf, merged, TERM_FIELDS } from "./logic";

/** What is sent of the fields that are shown; null when one is at fault. */
function contentOf(form: Form) {
  const fields = TERM_FIELDS.map(({ name }) => [name, TermPut[name as keyof typeof TermPut]] as const);
  if (fields.some(([name, field]) => fault(field, form[name] ?? ""))) return null;
  return Object.fromEntries(fields.map(([name, field]) => [name, field.read.parse(form[name] ?? "")]));
}

const stored = {
  unit_cost: "2.5000",
  moq: "12.000",
  multiple: "6.000",
  service_level: null,
  stockout_cost: null,
  supplier_sku: null,
  shelf_life_days: null,
  holding_rate: "0.200",
};

describe("terms in a form", () => {
  it("are sent as they were read when nothing is typed", () => {
    expect(contentOf(formOf(TERM_FIELDS, stored))).toEqual({
      unit_cost: "2.5",
      moq: "12",
      multiple: "6",
      service_level: null,
      stockout_cost: null,
      supplier_sku: null,
      shelf_life_days: null,
      holding_rate: "0.2",
    });
  });

  it("read a service level of 97.5 % as a share of one", () => {
    const form = { ...formOf(TERM_FIELDS, stored), service_level: "97.5" };
    expect(contentOf(form)?.service_level).toBe("0.975");
  });

  it("are not sent with a field that is at fault", () => {
    for (const wrong of ["", "-1", "much"])
      expect(contentOf({ ...formOf(TERM_FIELDS, stored), unit_cost: wrong })).toBeNull();
  });

  it("tell what somebody else changed, and nothing that stayed", () => {
    const now = { ...stored, moq: "18.000", service_level: "0.98", unit_cost: "2.50" };
    expect(differences(TERM_FIELDS, stored, now)).toEqual([
      { label: "Least order (MOQ)", before: "12", now: "18" },
      { label: "Service level in %", before: "", now: "98.0%" },
    ]);
  });

  it("keep what was typed and take theirs where nothing was", () => {
    const mine = { ...formOf(TERM_FIELDS, stored), service_level: "98", moq: "36" };
    const now = { ...stored, moq: "18.000", unit_cost: "3.0000" };
    expect(merged(TERM_FIELDS, mine, stored, now)).toMatchObject({
      service_level: "98",
      moq: "36",
      unit_cost: "3",
    });
  });
});
