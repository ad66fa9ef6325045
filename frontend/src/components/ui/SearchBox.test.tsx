import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { SearchBox } from "./SearchBox";

test("Escape empties a filter that says something, and only then is kept from what is around it", () => {
  const asked = vi.fn();
  render(<SearchBox label="Filter" value="" onChange={asked} />);
  const box = screen.getByLabelText<HTMLInputElement>("Filter");
  fireEvent.change(box, { target: { value: "P05" } });
  fireEvent.keyDown(box, { key: "Enter" });
  expect(asked).toHaveBeenLastCalledWith("P05");
  expect(fireEvent.keyDown(box, { key: "Escape" })).toBe(false);
  expect([box.value, asked.mock.lastCall]).toEqual(["", [""]]);
  expect(fireEvent.keyDown(box, { key: "Escape" })).toBe(true);
});
