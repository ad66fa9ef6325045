import { expect, test } from "vitest";
import { inTurn } from "./inTurn";

test("one is sent after the other, and none that nobody wants any more", async () => {
  const sent: string[] = [];
  let answer = () => {};
  const first = inTurn(new AbortController().signal, async () => {
    sent.push("first");
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
  });
  const left = new AbortController();
  const second = inTurn(left.signal, async () => sent.push("second"));
  const third = inTurn(new AbortController().signal, async () => sent.push("third"));
  await new Promise((resolve) => setTimeout(resolve));
  expect(sent).toEqual(["first"]);
  left.abort();
  answer();
  await first;
  await expect(second).rejects.toThrow();
  await third;
  expect(sent).toEqual(["first", "third"]);
});

test("one that fails keeps none from being sent", async () => {
  const { signal } = new AbortController();
  await expect(inTurn(signal, () => Promise.reject(new Error("no table")))).rejects.toThrow("no table");
  await expect(inTurn(signal, async () => "read")).resolves.toBe("read");
});
