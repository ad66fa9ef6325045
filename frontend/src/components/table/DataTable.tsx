import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import { ErrorCard, SkeletonRows } from "@/components/ui/states";
import { keepRoom, roomOf, useRoom } from "@/lib/room";
import { type Column, useColumns } from "./columns";
import { Foot } from "./Foot";
import { Head } from "./Head";
import type { Rows } from "./rows";
import { useRowKeys } from "./useRowKeys";

/** A key that acts on the row with the focus. */
export interface RowKey<Row> {
  key: string;
  does: string;
  act: (row: Row) => void;
}

export interface TableProps<Row> {
  /** What it shows: its label, and the beginning of what is said when it fails. */
  label: string;
  /** Names the columns that were chosen and the file; the label where there is one such table only. */
  name?: string;
  columns: readonly Column<Row>[];
  rows: Rows<Row>;
  rowKey: (row: Row) => string;
  empty: ReactNode;
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  onOpen?: (row: Row) => void;
  keys?: readonly RowKey<Row>[];
  tone?: (row: Row) => string | false | undefined;
  /** What one row is called, in the count below. */
  one?: string;
  many?: string;
  /** Whether it fills its card, scrolling inside, however few rows there are. */
  fill?: boolean;
  /** How many rows there usually are, so that the room for them is right before they were ever there. */
  expected?: number;
  /** A part of something else: without the count, the choice of columns and the file. */
  plain?: boolean;
  /** What stands below instead of the plain export. */
  tools?: ReactNode;
}

const ROW_HEIGHT = 52;
const HEAD_HEIGHT = 36;
const FOOT_HEIGHT = 37;
/** Of what says that there is nothing. */
const EMPTY_HEIGHT = 144;
const AHEAD = 20;
/** Never higher than the screen: a box that grows with its rows has all of them in sight, and asks for more for ever. */
const FILLING = "max-h-[calc(100dvh-190px)] min-h-0 flex-1";
/** How far columns are pressed together on a phone before the table is moved sideways instead. */
const PHONE = 0.66;
const INTERACTIVE = "a, button, input, select, label, dialog";

/**
 * The one table. Only the rows in sight exist; the server sorts, filters and pages; who has no mouse moves a focused
 * row; columns are chosen, and what is shown is written to a file, all rows of it.
 */
export function DataTable<Row>(props: TableProps<Row>) {
  const { label, rows, empty } = props;
  if (rows.error && !rows.rows) return <ErrorCard title={label} error={rows.error} onRetry={rows.onRetry} />;
  if (!rows.rows) return <Awaited {...props} name={props.name ?? label} />;
  if (rows.rows.length === 0 && !rows.dimmed) return <Nothing name={props.name ?? label}>{empty}</Nothing>;
  return <Filled {...props} items={rows.rows} />;
}

type Room = Pick<TableProps<never>, "fill" | "plain" | "expected"> & { name: string };

/** Keeps the room that the table had when it was last there. */
function Awaited({ name, fill, plain, expected = fill ? 9 : 4 }: Room) {
  const foot = plain ? 0 : FOOT_HEIGHT;
  const height = roomOf(name, expected === 0 ? EMPTY_HEIGHT : HEAD_HEIGHT + expected * ROW_HEIGHT + foot);
  return (
    <div style={{ height }} className={clsx("overflow-hidden", fill ? FILLING : "max-h-[calc(70dvh+37px)]")}>
      <SkeletonRows rows={Math.ceil(height / ROW_HEIGHT)} />
    </div>
  );
}

/** Nothing, and the room that it takes. */
function Nothing({ name, children }: { name: string; children: ReactNode }) {
  return <div ref={useRoom<HTMLDivElement>(name)}>{children}</div>;
}

function Filled<Row>(props: TableProps<Row> & { items: readonly Row[] }) {
  const { label, name = label, rows, items, rowKey, sort, onSort, onOpen, keys = [], fill, plain } = props;
  const { shown, phone, choice, isOff, toggle } = useColumns(name, props.columns);
  const least = shown.reduce((sum, column) => sum + column.width, 0);
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (place) => rowKey(items[place] as Row),
    overscan: 6,
    initialRect: { width: 1000, height: 600 },
    // The row with the focus stays, wherever is scrolled to.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const places = Array.from({ length: last - first + 1 }, (_, place) => first + place);
      if (row.place < first) return [row.place, ...places];
      return row.place > last && row.place < count ? [...places, row.place] : places;
    },
  });
  const row = useRowKeys({
    box,
    count: items.length,
    scrollTo: (place) => virtual.scrollToIndex(place),
    onEnter: (place) => onOpen?.(items[place] as Row),
    onLetter: (letter, place) => {
      const found = keys.find((each) => each.key === letter);
      found?.act(items[place] as Row);
      return found !== undefined;
    },
  });
  const inSight = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.more && last >= items.length - AHEAD) rows.onMore();
  });
  useEffect(() => {
    const foot = plain ? null : (box.current?.nextElementSibling as HTMLElement | null);
    if (box.current) keepRoom(name, box.current.offsetHeight + (foot?.offsetHeight ?? 0));
  });
  const pressed = (event: MouseEvent, item: Row) => {
    if (!(event.target as HTMLElement).closest(INTERACTIVE)) onOpen?.(item);
  };
  return (
    <>
      <section
        ref={box}
        aria-label={label}
        className={clsx("relative overflow-auto", fill ? FILLING : "max-h-[70dvh]")}
      >
        <table
          // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows take the focus and keys
          role="grid"
          aria-label={label}
          aria-rowcount={rows.more ? -1 : items.length + 1}
          onKeyDown={row.onKeyDown}
          className={clsx(
            "w-full table-fixed border-separate border-spacing-0 text-left",
            rows.dimmed && "opacity-60",
          )}
          style={{ minWidth: least * (phone ? PHONE : 1) }}
        >
          <colgroup>
            {shown.map((column) => (
              <col key={column.id} style={{ width: `${(100 * column.width) / least}%` }} />
            ))}
          </colgroup>
          <Head columns={shown} sort={sort} onSort={onSort} />
          <tbody>
            {/* One flat list: keys in lists of lists count by place, and a row that moved up would lose its dialog. */}
            {inSight.flatMap((virtualRow, place) => {
              const item = items[virtualRow.index];
              if (item === undefined) return [];
              const before = inSight[place - 1];
              return [
                <Gap
                  key={`before ${virtualRow.key}`}
                  height={virtualRow.start - (before?.end ?? 0)}
                  span={shown.length}
                />,
                <tr
                  key={virtualRow.key}
                  ref={virtual.measureElement}
                  data-index={virtualRow.index}
                  data-place={virtualRow.index}
                  aria-rowindex={virtualRow.index + 2}
                  tabIndex={virtualRow.index === row.place ? 0 : -1}
                  onFocus={() => row.setCurrent(virtualRow.index)}
                  onClick={(event) => pressed(event, item)}
                  className={clsx(
                    "-outline-offset-2 [&:last-child>td]:border-b-0",
                    onOpen && "cursor-pointer hover:bg-sunken",
                    props.tone?.(item),
                  )}
                >
                  {shown.map((column) => (
                    <td
                      key={column.id}
                      className={clsx(
                        "border-b border-line px-2 py-2 first:pl-4 last:pr-3 sm:px-3 sm:last:pr-4",
                        column.align === "right" && "text-right",
                      )}
                    >
                      {column.cell(item, virtualRow.index)}
                    </td>
                  ))}
                </tr>,
              ];
            })}
            <Gap height={virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0)} span={shown.length} />
          </tbody>
        </table>
      </section>
      {rows.error ? <ErrorCard title={label} error={rows.error} onRetry={rows.onRetry} /> : null}
      {!plain && (
        <Foot
          {...{ name, label, rows, shown, choice, isOff, toggle, keys }}
          one={props.one ?? "row"}
          many={props.many}
          opens={onOpen !== undefined}
          tools={props.tools}
        />
      )}
    </>
  );
}

/** Room for the rows that do not exist now. */
function Gap({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  );
}
