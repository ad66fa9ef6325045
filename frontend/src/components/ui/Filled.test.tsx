import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { Filled } from "./Filled";

it("puts what is more than a text where the language has its place", () => {
  render(
    <p data-testid="said">
      <Filled
        text="{1} ist frei, {0} muss warten."
        parts={[<strong key="who">Anna</strong>, <code key="what">till-4</code>]}
      />
    </p>,
  );
  expect(screen.getByTestId("said").textContent).toBe("till-4 ist frei, Anna muss warten.");
  expect(screen.getByText("Anna").tagName).toBe("STRONG");
});
