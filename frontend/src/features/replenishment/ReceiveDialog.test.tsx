import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Schemas } from "@/api/client";
import { ReceiveDialog } from "./ReceiveDialog";

const line = (place: number) =>
  ({
    sku: `P${place}`,
    name: `Thing ${place}`,
    location: "main",
    quantity: "12",
    received: "0",
    open: "12",
  }) as Schemas["LineOut"];
const order = {
  id: "o-1",
  supplier: "ACME",
  lines: Array.from({ length: 20 }, (_, place) => line(place)),
} as Schemas["OrderOut"];
const asked = vi.hoisted(() => vi.fn<(input: Request) => Promise<Response>>());
vi.mock("@/lib/session", async (original) => ({ ...(await original<object>()), authorised: asked }));

beforeEach(() => {
  asked.mockReset().mockResolvedValue(Response.json({ id: "r-1", items: [] }, { status: 201 }));
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ReceiveDialog order={order} onClose={() => undefined} />
    </QueryClientProvider>,
  );
});

describe("the receipt of an order", () => {
  it.each(["Filter lines", "Delivery note (optional)"])("is not sent by Enter in %s", async (field) => {
    await userEvent.setup().type(screen.getByLabelText(field), "P05{Enter}");
    expect(asked).not.toHaveBeenCalled();
  });

  it("is sent by its button", async () => {
    await userEvent.setup().click(screen.getByRole("button", { name: "Receive" }));
    await waitFor(() =>
      expect(asked.mock.calls.map(([sent]) => new URL(sent.url).pathname)).toContain("/api/receipts"),
    );
  });
});
