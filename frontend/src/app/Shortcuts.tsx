import { Dialog } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";

const GROUPS: readonly { title: string; keys: readonly [string, string][] }[] = [
  {
    title: t("Everywhere"),
    keys: [
      ["Ctrl K", t("Search products, suppliers, pages and actions")],
      ["?", t("This list")],
      ["Escape", t("Close what is open")],
      ["Tab", t("To the next field or button")],
    ],
  },
  {
    title: t("In a list, while a row has the focus"),
    keys: [
      ["J, ↓", t("Next row")],
      ["K, ↑", t("Row before")],
      ["Page ↓, Page ↑", t("Ten rows on, or back")],
      ["Home, End", t("First row, last row")],
      ["/", t("Filter the list")],
      ["Enter", t("Open the row")],
      ["E", t("Edit the row, where it can be")],
      ["X, T", t("Choose a line, its terms (replenishment)")],
      ["C, A, M", t("Count, adjust, movements (stock)")],
    ],
  },
  {
    title: t("In a chart, while it has the focus"),
    keys: [
      ["←, →", t("Week before, next week")],
      ["Home, End", t("First week, last week")],
    ],
  },
];

/** Which keys do what. */
export default function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("Keyboard shortcuts")} onClose={onClose}>
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
