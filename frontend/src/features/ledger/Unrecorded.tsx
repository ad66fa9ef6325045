import { Link } from "@tanstack/react-router";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Badge, Empty } from "@/components/ui/states";
import { ago, day, plural, units, words } from "@/lib/format";
import { heard, wordsOf } from "@/lib/heard";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { waitsFor } from "./logic";

type Waits = Schemas["WaitingSale"];
type Refused = Schemas["RejectedSale"];

const origin = <Row extends Waits | Refused>(): Column<Row> => ({
  id: "source",
  label: t("Source"),
  width: 180,
  from: "sm",
  file: { Source: "source", Event: "event_id" },
  cell: (item) => (
    <>
      <span className="block truncate">{item.source}</span>
      <span className="block truncate text-meta text-ink-3">{item.event_id}</span>
    </>
  ),
});

const WAITING: readonly Column<Waits>[] = [
  {
    id: "product",
    label: t("Product code"),
    width: 140,
    file: "sku",
    cell: (item) => (
      <>
        <span className="block truncate font-medium">{item.sku ?? t("None")}</span>
        <span className="block truncate text-meta text-ink-3">{item.location}</span>
      </>
    ),
  },
  {
    id: "for",
    label: t("Waits for"),
    width: 130,
    file: "waiting_for",
    cell: (item) => (
      <>
        <Badge tone="warn">{waitsFor(item.waiting_for).what}</Badge>
        <span className="block truncate pt-0.5 text-meta text-ink-3">{waitsFor(item.waiting_for).which}</span>
      </>
    ),
  },
  {
    id: "units",
    label: t("Units"),
    width: 80,
    align: "right",
    file: { Units: "quantity", Sold: "sold_at" },
    cell: (item) => (
      <>
        {item.quantity === null ? "–" : units(item.quantity)}
        {item.sold_at && <span className="block text-meta text-ink-3">{day(item.sold_at)}</span>}
      </>
    ),
  },
  origin(),
  { id: "since", label: t("Since"), width: 110, file: "since", cell: (item) => ago(item.since) },
];

const ACTS: Column<Waits> = {
  id: "acts",
  label: t("Actions"),
  width: 110,
  align: "right",
  silent: true,
  cell: (item) => <Withdraw item={item} />,
};

function Withdraw({ item }: { item: Waits }) {
  const code = item.sku ?? t("no code");
  return (
    <ConfirmButton
      label={t("Withdraw")}
      name={t("Withdraw the sale of {0}", code)}
      look="danger"
      title={t("Withdraw the sale of {0}", code)}
      does={t("Withdraw it")}
      send={() =>
        data(
          api.POST("/api/sales/quarantine/{sale_id}/withdraw", {
            params: { path: { sale_id: item.id } },
            body: {},
          }),
        )
      }
      stale={["sales", "imports", "overview"]}
      said={() => t("The sale of {0} waits no more.", code)}
    >
      {t(
        "{0} of {1}: it is never recorded, and stands among what was rejected. Its id is free again.",
        item.quantity === null ? t("A void") : plural(Number(item.quantity), "unit"),
        code,
      )}
    </ConfirmButton>
  );
}

/** Sales whose product, location or original is not known yet; they are recorded by themselves once it is. */
export function Waiting() {
  return (
    <ListCard
      title={t("Waiting")}
      note={t("recorded by themselves once what they wait for is there")}
      label={t("Waiting sales")}
      one="sale"
      fill
      columns={may("planner") ? [...WAITING, ACTS] : WAITING}
      rows={usePages("/api/sales/quarantine", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={<Empty title={t("No sale waits")}>{t("Every sale has its product and its location.")}</Empty>}
    />
  );
}

const REJECTED: readonly Column<Refused>[] = [
  {
    id: "reason",
    label: t("Reason"),
    width: 240,
    file: { Reason: "message", Field: "field", "Reason's code": "code" },
    cell: (item) => (
      <>
        <span className="text-bad">{`${item.field ? `${words(item.field)} ` : ""}${heard(item.message)}`}</span>
        <span className="block text-meta text-ink-3">{wordsOf(item.code)}</span>
      </>
    ),
  },
  {
    id: "submitted",
    label: t("What was sent"),
    width: 260,
    from: "md",
    file: "submitted",
    cell: (item) => (
      <span className="block truncate text-sec text-ink-2" title={JSON.stringify(item.submitted)}>
        {Object.values(item.submitted)
          .filter((value) => value !== null && value !== "")
          .join(" · ")}
      </span>
    ),
  },
  origin(),
  {
    id: "line",
    label: t("File line"),
    width: 110,
    align: "right",
    from: "sm",
    file: "line",
    cell: (item) =>
      item.import_id ? (
        <Link to="/imports" search={{ id: item.import_id }} className="text-accent underline">
          {item.line ?? t("file")}
        </Link>
      ) : (
        ""
      ),
  },
  {
    id: "at",
    label: t("Rejected"),
    width: 110,
    file: "rejected_at",
    cell: (item) => ago(item.rejected_at),
  },
];

/** What was refused, with the reason, newest first. */
export function Rejected() {
  return (
    <ListCard
      title={t("Rejected")}
      note={t("newest first")}
      label={t("Rejected sales")}
      one="line"
      fill
      columns={REJECTED}
      rows={usePages("/api/sales/rejected", { query: { limit: 100 } })}
      rowKey={(item) => item.id}
      empty={
        <Empty title={t("Nothing was rejected")}>{t("Every line that was sent could be recorded.")}</Empty>
      }
    />
  );
}
