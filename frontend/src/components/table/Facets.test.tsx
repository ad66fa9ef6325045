import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { type Faceted, Facets } from "./Facets";

const asked = vi.hoisted(() => vi.fn<(input: Request) => Promise<Response>>());
vi.mock("@/lib/session", async (original) => ({ ...(await original<object>()), authorised: asked }));
const opened = vi.fn();

beforeEach(() => {
  opened.mockReset();
  asked.mockReset().mockImplementation(async () =>
    Response.json({
      items: [
        { code: "NORTH", name: "North Goods" },
        { code: "SOUTH", name: "South Goods" },
      ],
    }),
  );
  HTMLSelectElement.prototype.showPicker = opened;
  onScreen("desk");
});

function onScreen(which: "desk" | "phone") {
  const none = () => undefined;
  vi.stubGlobal("matchMedia", () => ({
    matches: which === "desk",
    addEventListener: none,
    removeEventListener: none,
  }));
}

function show(value: Faceted = {}) {
  const chosen = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Facets facets={["category", "supplier", "segment", "location"]} value={value} onChange={chosen} />
    </QueryClientProvider>,
  );
  return {
    supplier: screen.queryByLabelText<HTMLSelectElement>("Which supplier") as HTMLSelectElement,
    chosen,
  };
}

test("nothing is read of what there is to choose until somebody is about to choose it", async () => {
  const { supplier, chosen } = show();
  expect(screen.getAllByRole("combobox")).toHaveLength(4);
  expect(asked).not.toHaveBeenCalled();
  fireEvent.pointerEnter(supplier);
  await screen.findByRole("option", { name: "South Goods" });
  expect(asked.mock.calls.map(([request]) => new URL(request.url).pathname)).toEqual(["/api/suppliers"]);
  fireEvent.change(supplier, { target: { value: "SOUTH" } });
  expect(chosen).toHaveBeenCalledWith({ supplier: "SOUTH" });
});

test("pressed before it is here, it opens once all of it is", async () => {
  const { supplier } = show();
  expect(fireEvent.mouseDown(supplier)).toBe(false); // an empty list does not open
  expect(opened).not.toHaveBeenCalled();
  await waitFor(() => expect(opened).toHaveBeenCalledOnce());
  expect(supplier.options).toHaveLength(3);
  expect(fireEvent.mouseDown(supplier)).toBe(true); // and by itself from then on
});

test("what is chosen is shown by its name, and what cannot be read says so and is read again", async () => {
  asked.mockImplementationOnce(async () => Response.json({ detail: "away" }, { status: 503 }));
  const { supplier } = show({ supplier: "NORTH" });
  await waitFor(() => expect(asked).toHaveBeenCalledOnce());
  expect(supplier.value).toBe("NORTH");
  await screen.findByRole("option", { name: "Could not be read" });
  fireEvent.focus(supplier);
  await screen.findByRole("option", { name: "North Goods" });
  expect(supplier.selectedOptions[0]?.text).toBe("North Goods");
});

test("on a phone they wait behind one button, which says how many narrow the list", () => {
  onScreen("phone");
  const { supplier, chosen } = show({ supplier: "NORTH", segment: "AX" });
  expect(supplier).toBeNull();
  const filters = screen.getByRole("button", { name: "Filters · 2" });
  expect(filters).toHaveAttribute("aria-expanded", "false");
  fireEvent.click(filters);
  fireEvent.change(screen.getByLabelText("Which class"), { target: { value: "" } });
  expect(chosen).toHaveBeenCalledWith({ segment: undefined });
});
