import { readFileSync } from "node:fs";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/errors";
import { Confirm } from "@/components/ui/Confirm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { SearchBox } from "@/components/ui/SearchBox";
import { write } from "../../../scripts/forms.mjs";
import { Form } from "./Form";
import { day, decimal, fault, optional, text } from "./fields";
import { useForm } from "./useForm";

beforeEach(() => {
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
  };
});

describe("a field", () => {
  it("says what is wrong in words, by the bounds of the API", () => {
    expect(fault(text({ max: 3 }), " ")).toBe("Needed");
    expect(fault(text({ max: 3 }), "abcd")).toBe("At most 3 letters");
    expect(fault(text({ min: 3 }), "ab")).toBe("At least 3 letters");
    expect(fault(decimal({ above: 0 }), "0")).toBe("More than 0");
    expect(fault(decimal(), "much")).toBe("Type a number");
    expect(fault(decimal({ below: 1, percent: true }), "100")).toBe("Less than 100 %");
    expect(fault(optional(decimal({ min: 0 })), "-1")).toBe("At least 0");
    expect(fault(optional(decimal()), "")).toBeUndefined();
    expect(fault(day(), "soon")).toBe("A day, as 12/31/2026 or 2026-12-31");
  });

  it("is read as the API takes it", () => {
    expect(decimal().read.parse("1,200.50")).toBe("1200.5");
    expect(decimal({ percent: true }).read.parse("97.5")).toBe("0.975");
    expect(optional(text()).read.parse("  ")).toBeNull();
    expect(text().read.parse(" a ")).toBe("a");
    expect(text({ exact: true }).read.parse(" a ")).toBe(" a ");
  });

  it("is generated from the API's document as it stands", () => {
    const document = JSON.parse(readFileSync("openapi.json", "utf8"));
    expect(readFileSync("src/api/forms.gen.ts", "utf8")).toBe(write(document));
  });
});

function Asked({ send }: { send: (values: { name: string; price: string | null }) => Promise<unknown> }) {
  const form = useForm({
    fields: { name: text({ max: 10 }), price: optional(decimal({ min: 0 })) },
    start: { name: "", price: "" },
    send,
    stale: [],
  });
  return (
    <Form form={form} does="Save">
      <TextField label="Name" {...form.field("name")} />
      <TextField label="Price" {...form.field("price")} />
    </Form>
  );
}

const show = (element: React.ReactNode) =>
  render(<QueryClientProvider client={new QueryClient()}>{element}</QueryClientProvider>);

describe("the form", () => {
  it("sends nothing while a field is at fault, says which, and goes there", async () => {
    const send = vi.fn(async () => null);
    show(<Asked send={send} />);
    const user = userEvent.setup();
    await user.type(screen.getByLabelText("Price"), "much");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(send).not.toHaveBeenCalled();
    expect(screen.getByLabelText("Name")).toHaveFocus();
    expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("Needed");
    expect(screen.getByLabelText("Price")).toHaveAccessibleDescription("Type a number");
  });

  it("sends with Enter what was read", async () => {
    const send = vi.fn(async () => null);
    show(<Asked send={send} />);
    await userEvent.setup().type(screen.getByLabelText("Name"), " Lamp {Enter}");
    expect(send).toHaveBeenCalledWith({ name: "Lamp", price: null }, expect.anything());
  });

  it("shows what the API refuses at its field until that is typed anew, the rest above the end", async () => {
    const refused = { detail: "Not so", errors: [{ field: "name", message: "Is taken", code: "taken" }] };
    show(<Asked send={() => Promise.reject(new ApiError(422, refused))} />);
    const user = userEvent.setup();
    await user.type(screen.getByLabelText("Name"), "Lamp{Enter}");
    await waitFor(() => expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("Is taken"));
    expect(screen.queryByRole("alert")).toBeNull();
    await user.type(screen.getByLabelText("Name"), "s");
    expect(screen.getByLabelText("Name")).toHaveAccessibleDescription("");
  });
});

describe("the dialog", () => {
  it("has the focus in its first field, and Enter in a filter filters and does not send", async () => {
    const sent = vi.fn();
    const filtered = vi.fn();
    show(
      <Dialog title="Which" onClose={() => undefined}>
        <form onSubmit={sent}>
          <SearchBox label="Filter" value="" onChange={filtered} />
          <TextField label="Note" />
          <button type="submit">Do it</button>
        </form>
      </Dialog>,
    );
    expect(screen.getByLabelText("Note")).toHaveFocus();
    await userEvent.setup().type(screen.getByLabelText("Filter"), "lamp{Enter}");
    expect(filtered).toHaveBeenCalledWith("lamp");
    expect(sent).not.toHaveBeenCalled();
  });

  function opened(send: () => Promise<unknown>) {
    const closed = vi.fn();
    show(
      <Dialog title="Which" onClose={closed}>
        <Asked send={send} />
      </Dialog>,
    );
    const name = screen.getByLabelText("Name");
    return {
      closed,
      name,
      pressEscape: () => fireEvent(name.closest("dialog") as Element, new Event("cancel")),
    };
  }

  it("closes with Escape while nothing was typed", () => {
    const { closed, pressEscape } = opened(async () => null);
    pressEscape();
    expect(closed).toHaveBeenCalledOnce();
  });

  it("asks before Escape drops what was typed, and so it does after a refusal", async () => {
    const { closed, name, pressEscape } = opened(() =>
      Promise.reject(new ApiError(422, { detail: "Not so" })),
    );
    await userEvent.setup().type(name, "Lamp{Enter}");
    await screen.findByText("Not so");
    pressEscape();
    expect(closed).not.toHaveBeenCalled();
    await userEvent.setup().click(screen.getByRole("button", { name: "Go on typing" }));
    expect(name).toHaveValue("Lamp");
    pressEscape();
    await userEvent.setup().click(screen.getByRole("button", { name: "Drop it" }));
    expect(closed).toHaveBeenCalledOnce();
  });

  it("that stays open closes with Escape once what was typed is saved, each time anew", async () => {
    const send = vi.fn(async () => null);
    const { closed, name, pressEscape } = opened(send);
    const user = userEvent.setup();
    for (const times of [1, 2]) {
      await user.type(name, "s{Enter}");
      await waitFor(() => expect(send).toHaveBeenCalledTimes(times));
      await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeEnabled());
      pressEscape();
      expect(closed).toHaveBeenCalledTimes(times);
    }
    await user.type(name, "s");
    pressEscape();
    expect(closed).toHaveBeenCalledTimes(2);
    expect(screen.getByText("What you typed is not saved yet.")).toBeVisible();
  });

  it("that asks before what destroys has the focus on the way out", () => {
    const frame = { busy: false, error: null, onConfirm: () => undefined, onClose: () => undefined };
    show(
      <Confirm title="Discard" does="Discard" danger {...frame}>
        12 lines are dropped.
      </Confirm>,
    );
    expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus();
  });
});
