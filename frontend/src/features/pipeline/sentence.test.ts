import { expect, it } from "vitest";
import { sentence } from "./Pipeline";

const consumer = (behind: number) => ({ service: "sales", name: "submitted", behind, topics: {} });

it("derives the headline from what was measured", () => {
  expect(sentence({ consumers: [consumer(0), consumer(0)], degraded: [] })).toBe("Every event is applied.");
  expect(sentence({ consumers: [consumer(0), consumer(12)], degraded: [] })).toBe(
    "1 consumer of 2 catching up.",
  );
  expect(sentence({ consumers: [consumer(0)], degraded: ["auth"] })).toContain("auth");
});
