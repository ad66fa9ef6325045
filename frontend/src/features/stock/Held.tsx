import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Empty } from "@/components/ui/states";
import { ago, plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { ReserveDialog, ReturnDialog } from "./MoveDialog";

type Reservation = Schemas["ReservationOut"];
type Returned = Schemas["ReturnOut"];

/** Units that are held for somebody, and units that went back. */
export function Held() {
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Reservations />
      <Returns />
    </div>
  );
}

/** What both lists say of a line: whose, how much, since when and by whom. */
const product = <Row extends Reservation | Returned>(): Column<Row> => ({
  id: "product",
  label: "Product",
  width: 180,
  text: (item) => `${item.name ?? ""} ${item.sku} ${item.location}`,
  cell: (item) => <ProductLink sku={item.sku} location={item.location} name={item.name} />,
});
const amount = <Row extends Reservation | Returned>(): Column<Row> => ({
  id: "units",
  label: "Units",
  width: 76,
  align: "right",
  text: (item) => item.quantity,
  cell: (item) => <span className="font-semibold">{units(item.quantity)}</span>,
});
const since = <Row extends Reservation | Returned>(
  label: string,
  at: (item: Row) => string,
): Column<Row> => ({
  id: "since",
  label,
  width: 150,
  from: "sm",
  text: at,
  cell: (item) => <span className="text-ink-2">{`${ago(at(item))} by ${item.actor}`}</span>,
});

const keyOf = (item: Reservation) => `${item.reference} ${item.sku} ${item.location}`;

function Reservations() {
  const [adding, setAdding] = useState(false);
  const rows = usePages("/api/stock/reservations", { query: { limit: 100 } });
  const isFirst = (item: Reservation, place: number) => rows.rows?.[place - 1]?.reference !== item.reference;
  const columns: Column<Reservation>[] = [
    {
      id: "for",
      label: "For",
      width: 110,
      text: (item) => item.reference,
      cell: (item, place) => (
        <span className={isFirst(item, place) ? "block truncate font-medium" : "sr-only"}>
          {item.reference}
        </span>
      ),
    },
    product(),
    amount(),
    since("Held", (item) => item.reserved_at),
    {
      id: "release",
      label: "Release",
      width: 122,
      align: "right",
      silent: true,
      cell: (item, place) =>
        isFirst(item, place) &&
        may("planner") && <Release reference={item.reference} rows={rows.rows ?? []} />,
    },
  ];
  return (
    <ListCard
      title="Reserved"
      note="held for customers' orders, not there to sell"
      label="Reservations"
      one="line"
      columns={columns}
      rows={rows}
      rowKey={keyOf}
      empty={
        <Empty title="Nothing is held">
          Reserve units for a customer's order, here or on a product's page.
        </Empty>
      }
      actions={may("planner") && <Button onClick={() => setAdding(true)}>Reserve stock</Button>}
    >
      {adding && <ReserveDialog goods={null} onClose={() => setAdding(false)} />}
    </ListCard>
  );
}

function Release({ reference, rows }: { reference: string; rows: readonly Reservation[] }) {
  const held = rows.filter((item) => item.reference === reference);
  const sum = held.reduce((total, item) => total + Number(item.quantity), 0);
  return (
    <ConfirmButton
      label="Release"
      name={`Release ${reference}`}
      title={`Release ${reference}`}
      does="Release"
      send={() =>
        data(api.DELETE("/api/stock/reservations/{reference}", { params: { path: { reference } } }))
      }
      stale={["stock", "replenishment", "orders"]}
      said={() => `Nothing is held for ${reference} any more.`}
    >
      {`${units(sum)} units on ${plural(held.length, "line")} are there to sell again.`}
    </ConfirmButton>
  );
}

const RETURNS: readonly Column<Returned>[] = [
  product(),
  amount(),
  {
    id: "reason",
    label: "Supplier and reason",
    width: 180,
    text: (item) => item.reason,
    cell: (item) => item.reason,
  },
  since("Sent back", (item) => item.returned_at),
];

function Returns() {
  const [adding, setAdding] = useState(false);
  return (
    <ListCard
      title="Returned to suppliers"
      label="Returns to suppliers"
      one="return"
      columns={RETURNS}
      rows={usePages("/api/stock/supplier-returns", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={<Empty title="Nothing went back">Goods that go back to their supplier leave the stock.</Empty>}
      actions={may("planner") && <Button onClick={() => setAdding(true)}>Return to a supplier</Button>}
    >
      {adding && <ReturnDialog goods={null} onClose={() => setAdding(false)} />}
    </ListCard>
  );
}
