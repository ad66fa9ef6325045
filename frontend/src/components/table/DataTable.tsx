import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { type Key, type ReactNode, useEffect, useRef, useState } from "react";
import { ErrorCard, SkeletonRows } from "@/components/ui/states";
import { keepRoom, roomOf, useRoom } from "@/lib/room";
import { type Column, useColumns } from "./columns";
import { Foot } from "./Foot";
import { Head } from "./Head";
import { MORE_WIDTH, Row } from "./Row";
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

/**
 * The one table. Only the rows in sight exist; the server sorts, filters and pages; who has no mouse moves a focused
 * row; columns are chosen, and written to a file with all the rows. What a screen is too narrow for opens below its row.
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
  const { shown, narrowed, phone, ...columns } = useColumns(name, props.columns);
  const [opened, setOpened] = useState<Key>();
  const opener = narrowed.length > 0 ? MORE_WIDTH : 0;
  const least = shown.reduce((sum, column) => sum + column.width, opener);
  const span = shown.length + (opener ? 1 : 0);
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
            "[&>tbody:last-child>tr:last-child>td]:border-b-0",
            rows.dimmed && "opacity-60",
          )}
          style={{ minWidth: least * (phone ? PHONE : 1) }}
        >
          <colgroup>
            {shown.map((column) => (
              <col key={column.id} style={{ width: `${(100 * column.width) / least}%` }} />
            ))}
            {opener > 0 && <col style={{ width: opener }} />}
          </colgroup>
          <Head columns={shown} more={opener > 0} sort={sort} onSort={onSort} />
          {/* One flat list: keys in lists of lists count by place, and a row that moved up would lose its dialog. */}
          {inSight.flatMap((virtualRow, place) => {
            const item = items[virtualRow.index];
            if (item === undefined) return [];
            const before = inSight[place - 1];
            return [
              <Gap
                key={`before ${virtualRow.key}`}
                height={virtualRow.start - (before?.end ?? 0)}
                span={span}
              />,
              <tbody key={virtualRow.key} ref={virtual.measureElement} data-index={virtualRow.index}>
                <Row
                  {...{ item, shown, narrowed, onOpen }}
                  place={virtualRow.index}
                  opened={opened === virtualRow.key}
                  onMore={() => setOpened(opened === virtualRow.key ? undefined : virtualRow.key)}
                  current={virtualRow.index === row.place}
                  onFocus={() => row.setCurrent(virtualRow.index)}
                  tone={props.tone?.(item)}
                />
              </tbody>,
            ];
          })}
          <Gap height={virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0)} span={span} />
        </table>
      </section>
      {rows.error ? <ErrorCard title={label} error={rows.error} onRetry={rows.onRetry} /> : null}
      {!plain && (
        <Foot
          {...{ name, label, rows, keys, ...columns }}
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
    <tbody aria-hidden>
      <tr>
        <td colSpan={span} style={{ height, padding: 0 }} />
      </tr>
    </tbody>
  );
}
