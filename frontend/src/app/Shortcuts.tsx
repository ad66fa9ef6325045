import { Dialog } from "@/components/ui/Dialog";

const GROUPS: readonly { title: string; keys: readonly [string, string][] }[] = [
  {
    title: "Everywhere",
    keys: [
      ["Ctrl K", "Search products, suppliers, pages and actions"],
      ["?", "This list"],
      ["Escape", "Close what is open"],
      ["Tab", "To the next field or button"],
    ],
  },
  {
    title: "In a list, while a row has the focus",
    keys: [
      ["J, ↓", "Next row"],
      ["K, ↑", "Row before"],
      ["Page ↓, Page ↑", "Ten rows on, or back"],
      ["Home, End", "First row, last row"],
      ["/", "Filter the list"],
      ["Enter", "Open the row"],
      ["E", "Edit the row, where it can be"],
      ["X, T", "Choose a line, its terms (replenishment)"],
      ["C, A, M", "Count, adjust, movements (stock)"],
    ],
  },
  {
    title: "In a chart, while it has the focus",
    keys: [
      ["←, →", "Week before, next week"],
      ["Home, End", "First week, last week"],
    ],
  },
];

/** Which keys do what. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className="grid gap-4">
        {GROUPS.map(({ title, keys }) => (
          <section key={title}>
            <h3 className="pb-1 font-medium">{title}</h3>
            <dl className="grid grid-cols-[minmax(110px,auto)_1fr] gap-x-4 gap-y-1.5">
              {keys.map(([key, does]) => (
                <div key={key} className="contents">
                  <dt>
                    <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-sans text-sec">
                      {key}
                    </kbd>
                  </dt>
                  <dd className="text-ink-2">{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
