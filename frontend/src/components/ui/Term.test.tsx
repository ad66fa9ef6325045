import { readFileSync } from "node:fs";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
// @ts-expect-error a script without types
import { write } from "../../../scripts/glossary.mjs";
import { Term } from "./Term";

test("a word says what it means when it has the focus, and Escape puts that away", async () => {
  render(<Term of="safety stock">Safety stock</Term>);
  await userEvent.tab();
  expect(screen.getByRole("button", { name: "Safety stock" })).toHaveFocus();
  expect(await screen.findByRole("tooltip", { hidden: true })).toHaveTextContent("beyond the mean demand");
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("tooltip", { hidden: true })).toBeNull();
});

test("what screens explain is what the glossary says", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf-8");
  expect(read("../../lib/glossary.gen.ts")).toBe(write(read("../../../../docs/glossary.md")));
});
