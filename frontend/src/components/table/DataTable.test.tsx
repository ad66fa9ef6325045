import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Column, fieldsOf, fileOf, sortAfter } from "./columns";
import { DataTable, type TableProps } from "./DataTable";
import { here } from "./rows";

interface Row {
  id: string;
  units: number;
}
const COLUMNS: readonly Column<Row>[] = [
  { id: "id", label: "Code", width: 100, sort: { by: "id" }, text: (row) => row.id, cell: (row) => row.id },
  {
    id: "units",
    label: "Units",
    width: 80,
    sort: { by: "units", first: "down" },
    text: (row) => row.units,
    cell: (row) => row.units,
  },
  { id: "note", label: "Note", width: 80, text: () => "=1+1", cell: () => <input aria-label="Note" /> },
];
const many = Array.from({ length: 500 }, (_, place) => ({ id: `P${place}`, units: place }));

function show(change: Partial<TableProps<Row>> = {}) {
  const props: TableProps<Row> = {
    label: "Things",
    columns: COLUMNS,
    rows: here(many),
    rowKey: (row) => row.id,
    empty: <p>Nothing there</p>,
    ...change,
  };
  const client = new QueryClient();
  const table = (shown: TableProps<Row>) => (
    <QueryClientProvider client={client}>
      <DataTable {...shown} />
    </QueryClientProvider>
  );
  const { rerender } = render(table(props));
  return (then: Partial<TableProps<Row>>) => rerender(table({ ...props, ...then }));
}

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(52);
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(520);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(800);
  HTMLElement.prototype.scrollTo = () => undefined;
});

const current = () => document.activeElement?.getAttribute("aria-rowindex");

describe("the table", () => {
  it("keeps only the rows in sight, and says how many there are", () => {
    show();
    expect(screen.getByRole("grid")).toHaveAttribute("aria-rowcount", "501");
    expect(screen.getAllByRole("row").length).toBeLessThan(60);
    expect(screen.getByText("500 rows")).toBeVisible();
  });

  it("keeps what is begun in a row when the rows before it go", async () => {
    const rows = [
      { id: "A", units: 1 },
      { id: "B", units: 2 },
    ];
    const again = show({ rows: here(rows) });
    const note = screen.getAllByLabelText("Note")[1] as HTMLElement;
    await userEvent.type(note, "half a wo");
    again({ rows: here(rows.slice(1)) });
    expect(screen.getByLabelText("Note")).toBe(note);
    expect(screen.getByLabelText("Note")).toHaveValue("half a wo");
  });

  it("is walked through with the keyboard alone, and opens the row that has the focus", async () => {
    const opened: string[] = [];
    show({ onOpen: (row) => opened.push(row.id) });
    const user = userEvent.setup();
    await user.tab(); // nothing is sorted by, so the first stop is the first row
    expect(current()).toBe("2");
    await user.keyboard("{ArrowDown}j");
    expect(current()).toBe("4");
    await user.keyboard("k{Enter}");
    expect(opened).toEqual(["P1"]);
  });

  it("takes letters typed into a field of a row as text", async () => {
    const acted = vi.fn();
    show({ rows: here(many.slice(0, 2)), keys: [{ key: "s", does: "snooze", act: acted }] });
    const user = userEvent.setup();
    const [field] = screen.getAllByLabelText("Note");
    await user.type(field as HTMLElement, "sj");
    expect(field).toHaveValue("sj");
    expect(acted).not.toHaveBeenCalled();
    screen.getAllByRole("row")[1]?.focus();
    await user.keyboard("s");
    expect(acted).toHaveBeenCalledWith(many[0]);
  });

  it("has the server sort: a column's own direction first, then the other", async () => {
    const asked: string[] = [];
    show({ sort: "-units", onSort: (sort) => asked.push(sort) });
    const user = userEvent.setup();
    expect(screen.getByRole("columnheader", { name: "Units" })).toHaveAttribute("aria-sort", "descending");
    await user.click(screen.getByRole("button", { name: "Units" }));
    await user.click(screen.getByRole("button", { name: "Code" }));
    expect(asked).toEqual(["units", "id"]);
    expect(sortAfter("id", { by: "id" })).toBe("-id");
  });

  it("says what fails, what is empty, and what is on its way", () => {
    show({ rows: here([]) });
    expect(screen.getByText("Nothing there")).toBeVisible();
    show({ rows: { ...here<Row>([]), rows: undefined } });
    expect(screen.getByText("Loading")).toBeInTheDocument();
    show({ rows: { ...here<Row>([]), rows: undefined, error: new Error("no") } });
    expect(screen.getByRole("alert")).toHaveTextContent("Things could not be loaded");
  });

  it("asks for more before its end is reached", () => {
    const more = vi.fn();
    show({ rows: { ...here(many.slice(0, 15)), more: true, onMore: more } });
    expect(more).toHaveBeenCalled();
    expect(screen.getByText("15 rows so far, more below")).toBeVisible();
  });

  it("leaves out what was taken off, on the screen and in the file, and remembers it", async () => {
    show();
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: "Columns of Things" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Units" }, { timeout: 10_000 }));
    expect(screen.queryByRole("columnheader", { name: "Units" })).toBeNull();
    expect(localStorage.getItem("almanac-columns-Things")).toBe('["units"]');
  });

  it("opens below a row what a phone has no columns for, acts too, and writes it to the file", async () => {
    vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
    const acted = vi.fn();
    const act: Column<Row> = {
      id: "act",
      label: "Actions",
      width: 80,
      from: "sm",
      silent: true,
      cell: (row) => (
        <button type="button" onClick={() => acted(row.id)}>
          Act on {row.id}
        </button>
      ),
    };
    const spare: Column<Row> = {
      id: "same",
      label: "Again",
      width: 80,
      from: "sm",
      spare: true,
      cell: () => "again",
    };
    const opened = vi.fn();
    const columns = [COLUMNS[0], { ...COLUMNS[1], from: "md" }, act, spare] as Column<Row>[];
    show({ columns, rows: here(many.slice(0, 2)), onOpen: opened });
    const user = userEvent.setup();
    expect(screen.queryByText("Act on P1")).toBeNull();
    const more = screen.getByRole("button", { name: "More of P1" });
    await user.click(more);
    expect(more).toHaveAttribute("aria-expanded", "true");
    expect(screen.getByText("Units").nextElementSibling).toHaveTextContent("1");
    await user.click(screen.getByRole("button", { name: "Act on P1" }));
    expect(acted).toHaveBeenCalledWith("P1");
    expect(screen.queryByText("Again")).toBeNull();
    await user.click(more);
    expect(screen.queryByText("Act on P1")).toBeNull();
    expect(opened).not.toHaveBeenCalled();
  });

  it("has no such button where there is room for every column", () => {
    show({ columns: COLUMNS.map((column) => ({ ...column, from: "sm" })) });
    expect(screen.queryByRole("button", { name: /^More of/ })).toBeNull();
  });

  it("asks the server for the fields of the columns that are shown, each once", () => {
    const columns: readonly Column<Row>[] = [
      { id: "one", label: "Thing", width: 1, cell: () => "", file: { Code: "id", Note: "id.note" } },
      { id: "two", label: "Units", width: 1, cell: () => "", file: "units" },
      { id: "three", label: "Buttons", width: 1, cell: () => "" },
    ];
    expect(fieldsOf(columns)).toEqual(["id:Code", "id.note:Note", "units:Units"]);
  });

  it("writes files in which a text that looks like a formula stays a text", () => {
    expect(fileOf(COLUMNS, [{ id: 'A "1", b', units: -2 }])).toBe(
      'Code,Units,Note\r\n"A ""1"", b",-2,\'=1+1\r\n',
    );
  });
});
