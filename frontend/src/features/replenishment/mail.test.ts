import { expect, test } from "vitest";
import { adviceText, changeMail, type Delivery, orderMail } from "./mail";

const line = (other: object) =>
  ({
    sku: "A1",
    location: "main",
    name: "Cup",
    quantity: "24",
    unit_cost: "2.5",
    supplier_sku: "ACM-1",
    ...other,
  }) as never;
const delivery = (other: Partial<Delivery>): Delivery => ({
  order_id: "1",
  number: 7,
  supplier: "ACME",
  sku: "A1",
  location: "main",
  name: "Cup",
  open: "100",
  expected_on: "2026-12-01",
  confirmed: false,
  needed_on: "2026-11-25",
  runs_out_on: "2026-11-27",
  advice: "expedite",
  short_units: 40,
  value: 160,
  ...other,
});

test("an order's letter names the supplier's own codes, the prices, the sum and the day", () => {
  const order = {
    number: 12,
    total: "90",
    wanted_by: "2026-12-05",
    lines: [line({}), line({ supplier_sku: null, sku: "B2" })],
  };
  const { subject, body } = orderMail(order as never, "Acme Trading");
  expect(subject).toBe("Purchase order 12");
  expect(body).toContain("deliver by 5 Dec 2026");
  expect(body).toContain("24 × ACM-1 (our A1)  Cup  €2.50 each");
  expect(body).toContain("24 × B2  Cup");
  expect(body).toContain("In all €90.00");
});

test("what comes too late is asked for by the day on which it is gone, what comes early not before it is needed", () => {
  const late = delivery({});
  const early = delivery({ sku: "B2", advice: "postpone", needed_on: "2027-02-01", runs_out_on: null });
  const never = delivery({ sku: "C3", advice: "postpone", needed_on: null, runs_out_on: null });
  const { body } = changeMail(7, [late, early, never]);
  expect(body).toMatch(/100 × A1 {2}Cup: by 27 Nov( 2026)? instead of 1 Dec/);
  expect(body).toContain("100 × B2  Cup: not before 1 Feb");
  expect(body).toContain("100 × C3  Cup: not at all");
});

test("advice says its days and its money", () => {
  expect(adviceText(delivery({}))).toMatch(/^Gone on 27 Nov( 2026)?: 40 lacked, €160$/);
  expect(adviceText(delivery({ advice: "postpone", needed_on: null }))).toBe("Not needed: €160 bound");
  expect(adviceText(delivery({ advice: "keep", needed_on: null }))).toBe("In time");
});
