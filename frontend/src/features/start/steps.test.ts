import { expect, it } from "vitest";
import { KINDS } from "@/features/imports/kinds";
import { type Known, next, STEPS } from "./steps";

const nothing = Object.fromEntries(STEPS.map((step) => [step.name, false])) as unknown as Known;

it("leads from step to step until all are done", () => {
  let known = nothing;
  for (const step of STEPS) {
    expect(next(known)?.name).toBe(step.name);
    known = { ...known, [step.name]: true };
  }
  expect(next(known)).toBeUndefined();
});

it("says of every step where it is done, and has a sample of every file", () => {
  for (const step of STEPS) expect(Boolean(step.file) !== Boolean(step.page)).toBe(true);
  for (const { sample } of Object.values(KINDS)) {
    const [head, line] = sample();
    expect(line?.split(",")).toHaveLength(head?.split(",").length ?? 0);
  }
});
