import { beforeAll, expect, it } from "vitest";
import { guardPresses } from "./presses";

beforeAll(() => guardPresses(document));

function press(target: Element, detail: number): boolean {
  const init = { bubbles: true, cancelable: true, detail };
  target.dispatchEvent(new MouseEvent("mousedown", init));
  return target.dispatchEvent(new MouseEvent("click", init));
}

function page(): { below: Element; inside: Element } {
  document.body.innerHTML =
    "<button id=below>Ask</button><dialog open><button id=inside>Do it</button></dialog>";
  return {
    below: document.querySelector("#below") as Element,
    inside: document.querySelector("#inside") as Element,
  };
}

it("gives none of a double click to what opened or closed under the pointer between the two", () => {
  const { below, inside } = page();
  let pressed = 0;
  for (const each of [below, inside]) each.addEventListener("click", () => pressed++);
  press(below, 1);
  expect(press(inside, 2)).toBe(false);
  expect(pressed).toBe(1);
  press(inside, 1);
  expect(press(below, 2)).toBe(false);
  expect(pressed).toBe(2);
});

it("leaves every further click on the same page or in the same dialog as it is", () => {
  const { below, inside } = page();
  for (const each of [below, inside])
    expect([1, 2, 3].map((detail) => press(each, detail))).toEqual([true, true, true]);
});

it("presses a button once however long a key is held, and lets a field have its key", () => {
  const { below } = page();
  const field = document.createElement("textarea");
  document.body.append(field);
  const held = (target: Element, repeat: boolean) =>
    target.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", repeat, bubbles: true, cancelable: true }),
    );
  expect([held(below, false), held(below, true)]).toEqual([true, false]);
  expect(held(field, true)).toBe(true);
});
