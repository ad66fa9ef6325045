import { useState } from "react";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { day, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { MailDialog } from "./MailDialog";
import { adviceText, changeMail, type Delivery } from "./mail";
import type { Advice } from "./search";

const SHOWN = [
  { value: "expedite", label: t("Sooner") },
  { value: "postpone", label: t("Later") },
  { value: "all", label: t("All open") },
] as const;
const BADGES: Record<Delivery["advice"], { tone: Tone; label: string }> = {
  expedite: { tone: "bad", label: t("Sooner") },
  postpone: { tone: "warn", label: t("Later") },
  keep: { tone: "good", label: t("In time") },
};

const columnsFor = (
  onOpen: ((order: string) => void) | null,
  onAsk: (line: Delivery) => void,
): readonly Column<Delivery>[] => [
  {
    id: "product",
    label: t("Product"),
    width: 190,
    file: { Product: "name", Code: "sku", Location: "location" },
    cell: (line) => <ProductLink sku={line.sku} location={line.location} name={line.name} />,
  },
  {
    id: "open",
    label: t("On order"),
    width: 90,
    align: "right",
    file: "open",
    cell: (line) => <span className="font-semibold">{units(line.open)}</span>,
  },
  {
    id: "comes",
    label: t("Comes"),
    width: 110,
    file: "expected_on",
    cell: (line) => (
      <>
        {day(line.expected_on)}
        <span className="block text-meta text-ink-3">
          {line.confirmed ? t("confirmed") : t("usual lead time")}
        </span>
      </>
    ),
  },
  {
    id: "advice",
    label: t("Had better come"),
    width: 230,
    from: "sm",
    file: "advice",
    cell: (line) => (
      <>
        <Badge tone={BADGES[line.advice].tone}>{BADGES[line.advice].label}</Badge>
        <span className="block text-sec text-ink-2">{adviceText(line)}</span>
      </>
    ),
  },
  {
    id: "acts",
    label: t("Actions"),
    width: 150,
    align: "right",
    silent: true,
    cell: (line) => (
      <span className="inline-flex flex-wrap justify-end gap-2">
        {line.advice !== "keep" && (
          <Button
            onClick={() => onAsk(line)}
            aria-label={t("Ask the supplier about {0} of order {1}", line.sku, line.number)}
          >
            {t("Ask")}
          </Button>
        )}
        {onOpen && (
          <Button look="quiet" onClick={() => onOpen(line.order_id)}>
            {t("Order {0}", line.number)}
          </Button>
        )}
      </span>
    ),
  },
];

interface Props {
  advice: Advice;
  onAdvice: (advice: Advice) => void;
  /** Of one order alone. */
  order?: string;
  onOpen?: (order: string) => void;
}

/** What is on order, and what of it had better come sooner, for the stock is gone before, or later. */
export function Deliveries({ advice, onAdvice, order, onOpen }: Props) {
  const [asked, setAsked] = useState<Delivery | null>(null);
  const rows = usePages("/api/deliveries", {
    query: { advice: advice === "all" ? undefined : advice, order_id: order, limit: 100 },
  });
  const together = (line: Delivery) =>
    (rows.rows ?? []).filter((other) => other.order_id === line.order_id && other.advice === line.advice);
  return (
    <ListCard
      title={t("Sooner or later")}
      note={t("open lines beside the day on which they are needed")}
      label={t("Deliveries on order")}
      name="deliveries"
      one="delivery"
      many="deliveries"
      columns={columnsFor(onOpen ?? null, setAsked)}
      rows={rows}
      rowKey={(line) => `${line.order_id} ${line.sku} ${line.location}`}
      empty={
        <Empty title={advice === "all" ? t("Nothing is on order") : t("Nothing to change")}>
          {advice === "expedite"
            ? t("What is on order comes before the stock is gone.")
            : t("Nothing comes long before it is needed.")}
        </Empty>
      }
      actions={<Segmented label={t("Which deliveries")} value={advice} options={SHOWN} onChange={onAdvice} />}
    >
      {asked && (
        <MailDialog
          title={t("Ask about order {0}", asked.number)}
          mail={changeMail(asked.number, together(asked))}
          onClose={() => setAsked(null)}
        />
      )}
    </ListCard>
  );
}
