import clsx from "clsx";
import type { Schemas } from "@/api/client";
import { Card, CardHead, SkeletonRows } from "@/components/ui/states";
import { money, percent, plural } from "@/lib/format";
import { t } from "@/lib/texts";

type Cell = Schemas["ClassOut"];
const ROWS = [
  ["A", t("best sellers, 80 % of revenue")],
  ["B", t("the next 15 %")],
  ["C", t("the rest")],
] as const;
const COLUMNS = [
  ["X", t("sells evenly")],
  ["Y", t("varies")],
  ["Z", t("sells now and then")],
] as const;
const SHADES = ["bg-panel", "bg-accent-soft/40", "bg-accent-soft/70", "bg-accent-soft"];

/**
 * The ABC/XYZ matrix: the deeper the shade, the more of the revenue. It is no list: both its axes are classes, a cell is
 * a whole class, and nothing in it is sorted, filtered, paged or opened. So it is not the one table.
 */
export function Classes({ classes }: { classes: Cell[] | undefined }) {
  if (!classes)
    return (
      <Card>
        <SkeletonRows rows={6} />
      </Card>
    );
  const revenue = classes.reduce((sum, cell) => sum + cell.revenue, 0) || 1;
  const stock = classes.reduce((sum, cell) => sum + cell.stock_value, 0) || 1;
  return (
    <Card>
      <CardHead
        title={t("Classes")}
        note={t("by revenue and evenness of the last 26 weeks; each has its service level")}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <section aria-label={t("ABC and XYZ classes")} tabIndex={0} className="relative overflow-x-auto">
        <table className="w-full min-w-[780px] table-fixed border-collapse text-left">
          <thead>
            <tr>
              <th scope="col" className="w-36 px-4 py-2">
                <span className="sr-only">{t("Class")}</span>
              </th>
              {COLUMNS.map(([letter, meaning]) => (
                <th key={letter} scope="col" className="border-l border-line px-4 py-2 font-medium">
                  {letter} <span className="text-sec font-normal text-ink-3">{meaning}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([row, meaning]) => (
              <tr key={row}>
                <th scope="row" className="border-t border-line px-4 py-3 align-top font-medium">
                  {row} <span className="block text-sec font-normal text-ink-3">{meaning}</span>
                </th>
                {COLUMNS.map(([column]) => {
                  const cell = classes.find((each) => each.segment === row + column);
                  if (!cell) return <td key={column} className="border-t border-l border-line" />;
                  const share = cell.revenue / revenue;
                  return (
                    <td
                      key={column}
                      className={clsx(
                        "border-t border-l border-line px-4 py-3 align-top",
                        SHADES[Math.min(3, Math.ceil(share * 10))],
                      )}
                    >
                      <p className="flex items-baseline justify-between gap-2">
                        <span className="text-title font-semibold">
                          {t("{0} service", percent(cell.service_level))}
                        </span>
                        <span className="text-sec text-ink-2">{cell.segment}</span>
                      </p>
                      <p className="text-ink-2">{plural(cell.series, "product")}</p>
                      <dl className="mt-2 grid grid-cols-[auto_1fr_auto] gap-x-3 text-sec text-ink-2">
                        <Figure label={t("Revenue")} value={cell.revenue} share={share} />
                        <Figure
                          label={t("Stock")}
                          value={cell.stock_value}
                          share={cell.stock_value / stock}
                        />
                        <Figure label={t("To order")} value={cell.order_value} />
                      </dl>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function Figure({ label, value, share }: { label: string; value: number; share?: number }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="text-right font-medium text-ink">{money(value, "compact")}</dd>
      <dd className="w-12 text-right">{share === undefined ? "" : percent(share)}</dd>
    </>
  );
}
