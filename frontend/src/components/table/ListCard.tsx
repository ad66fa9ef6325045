import clsx from "clsx";
import type { ReactNode } from "react";
import { Card, CardHead } from "@/components/ui/states";
import { DataTable, type TableProps } from "./DataTable";

interface Props<Row> extends TableProps<Row> {
  title: string;
  note?: ReactNode;
  /** Filters and acts of the whole list, in its head. */
  actions?: ReactNode;
  /** Between the head and the rows. */
  children?: ReactNode;
}

/** A list: its name, what can be done with it, its rows. */
export function ListCard<Row>({ title, note, actions, children, ...table }: Props<Row>) {
  return (
    <Card className={clsx("flex min-w-0 flex-col overflow-hidden", table.fill && "min-h-[420px] flex-1")}>
      <div data-list className="contents">
        <CardHead title={title} note={note}>
          {actions}
        </CardHead>
        {children}
        <DataTable {...table} />
      </div>
    </Card>
  );
}
