import clsx from "clsx";
import { ChevronDown } from "lucide-react";
import { type MouseEvent, type ReactNode, useId } from "react";
import { t } from "@/lib/texts";
import type { Column } from "./columns";

/** Of the column that opens a row. */
export const MORE_WIDTH = 40;
const INTERACTIVE = "a, button, input, select, label, dialog";

interface Props<Row> {
  item: Row;
  place: number;
  shown: readonly Column<Row>[];
  /** The columns that the screen has no room for. */
  narrowed: readonly Column<Row>[];
  /** Whether what they hold stands below the row. */
  opened: boolean;
  onMore: () => void;
  /** Whether the row is the one that the focus comes to. */
  current: boolean;
  onFocus: () => void;
  onOpen: ((row: Row) => void) | undefined;
  tone: string | false | undefined;
}

/**
 * A row. What a narrow screen has no columns for, facts and acts alike, is a press away and stands below it then, each
 * under the head that its column has on a wide one.
 */
export function Row<Of>(props: Props<Of>) {
  const { item, place, shown, narrowed, opened, onOpen } = props;
  const named = useId();
  const more = `${named}more`;
  const pressed = (event: MouseEvent) => {
    if (!(event.target as HTMLElement).closest(INTERACTIVE)) onOpen?.(item);
  };
  return (
    <>
      <tr
        data-place={place}
        aria-rowindex={place + 2}
        tabIndex={props.current ? 0 : -1}
        onFocus={props.onFocus}
        onClick={pressed}
        className={clsx("-outline-offset-2", onOpen && "cursor-pointer hover:bg-sunken", props.tone)}
      >
        {shown.map((column, nth) => (
          <td
            key={column.id}
            id={nth === 0 ? named : undefined}
            className={clsx(
              "border-b border-line px-2 py-2 first:pl-4 last:pr-3 sm:px-3 sm:last:pr-4",
              column.align === "right" && "text-right",
              opened && "border-b-0",
            )}
          >
            {column.cell(item, place)}
          </td>
        ))}
        {narrowed.length > 0 && (
          <td className={clsx("border-b border-line py-2 pr-2 text-right", opened && "border-b-0")}>
            <button
              type="button"
              id={more}
              aria-label={t("More of")}
              aria-labelledby={[more, named].join(" ")}
              aria-expanded={opened}
              onClick={props.onMore}
              className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-sunken"
            >
              <ChevronDown size={16} aria-hidden className={clsx(opened && "rotate-180")} />
            </button>
          </td>
        )}
      </tr>
      {opened && narrowed.length > 0 && (
        <tr>
          <td colSpan={shown.length + 1} className="border-b border-line px-4 pb-3">
            <dl className="grid grid-cols-[minmax(5.5rem,auto)_1fr] items-baseline gap-x-4 gap-y-2">
              {narrowed.map((column) => (
                <Said key={column.id} label={column.label}>
                  {column.cell(item, place)}
                </Said>
              ))}
            </dl>
          </td>
        </tr>
      )}
    </>
  );
}

function Said({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-sec text-ink-2">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
