import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Empty } from "@/components/ui/states";
import { ago, day, plural, units } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
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
  label: t("Product"),
  width: 180,
  file: { Product: "name", Code: "sku", Location: "location" },
  cell: (item) => <ProductLink sku={item.sku} location={item.location} name={item.name} />,
});
const amount = <Row extends Reservation | Returned>(): Column<Row> => ({
  id: "units",
  label: t("Units"),
  width: 76,
  align: "right",
  file: "quantity",
  cell: (item) => <span className="font-semibold">{units(item.quantity)}</span>,
});
const since = <Row extends Reservation | Returned>(
  label: string,
  field: keyof Row & string,
  at: (item: Row) => string,
): Column<Row> => ({
  id: "since",
  label,
  width: 150,
  from: "sm",
  file: { [label]: field, By: "actor" },
  cell: (item) => <span className="text-ink-2">{t("{0} by {1}", ago(at(item)), item.actor)}</span>,
});

const keyOf = (item: Reservation) => `${item.reference} ${item.sku} ${item.location}`;

function Reservations() {
  const [adding, setAdding] = useState(false);
  const rows = usePages("/api/stock/reservations", { query: { limit: 100 } });
  const isFirst = (item: Reservation, place: number) => rows.rows?.[place - 1]?.reference !== item.reference;
  const columns: Column<Reservation>[] = [
    {
      id: "for",
      label: t("For"),
      width: 110,
      file: "reference",
      cell: (item, place) => (
        <span className={isFirst(item, place) ? "block truncate font-medium" : "sr-only"}>
          {item.reference}
        </span>
      ),
    },
    product(),
    amount(),
    {
      id: "needed",
      label: t("Needed"),
      width: 100,
      file: { "Needed on": "needed_on" },
      cell: (item) =>
        item.overdue ? (
          <span className="font-medium text-bad">{t("{0}, past", day(item.needed_on as string))}</span>
        ) : item.needed_on ? (
          day(item.needed_on)
        ) : (
          t("now")
        ),
    },
    since(t("Held"), "reserved_at", (item) => item.reserved_at),
    {
      id: "release",
      label: t("Release"),
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
      title={t("Reserved")}
      note={t("held for customers' orders: now from the stock, later from what is forecast")}
      label={t("Reservations")}
      one="line"
      columns={columns}
      rows={rows}
      rowKey={keyOf}
      empty={
        <Empty title={t("Nothing is held")}>
          {t("Reserve units for a customer's order, here or on a product's page.")}
        </Empty>
      }
      actions={may("planner") && <Button onClick={() => setAdding(true)}>{t("Reserve stock")}</Button>}
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
      label={t("Release")}
      name={t("Release {0}", reference)}
      title={t("Release {0}", reference)}
      does={t("Release")}
      send={() =>
        data(api.DELETE("/api/stock/reservations/{reference}", { params: { path: { reference } } }))
      }
      stale={["stock", "replenishment", "orders"]}
      said={() => t("Nothing is held for {0} any more.", reference)}
    >
      {t(
        "{0} {0:unit/units} on {1} {0:is/are} there to sell again.",
        units(sum),
        plural(held.length, "line"),
      )}
    </ConfirmButton>
  );
}

const RETURNS: readonly Column<Returned>[] = [
  product(),
  amount(),
  {
    id: "reason",
    label: t("Supplier and reason"),
    width: 180,
    file: "reason",
    cell: (item) => item.reason,
  },
  since(t("Sent back"), "returned_at", (item) => item.returned_at),
];

function Returns() {
  const [adding, setAdding] = useState(false);
  return (
    <ListCard
      title={t("Returned to suppliers")}
      label={t("Returns to suppliers")}
      one="return"
      columns={RETURNS}
      rows={usePages("/api/stock/supplier-returns", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={
        <Empty title={t("Nothing went back")}>
          {t("Goods that go back to their supplier leave the stock.")}
        </Empty>
      }
      actions={may("planner") && <Button onClick={() => setAdding(true)}>{t("Return to a supplier")}</Button>}
    >
      {adding && <ReturnDialog goods={null} onClose={() => setAdding(false)} />}
    </ListCard>
  );
}
