import { useState } from "react";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { day, units } from "@/lib/format";
import { MailDialog } from "./MailDialog";
import { adviceText, changeMail, type Delivery } from "./mail";
import type { Advice } from "./search";

const SHOWN = [
  { value: "expedite", label: "Sooner" },
  { value: "postpone", label: "Later" },
  { value: "all", label: "All open" },
] as const;
const BADGES: Record<Delivery["advice"], { tone: Tone; label: string }> = {
  expedite: { tone: "bad", label: "Sooner" },
  postpone: { tone: "warn", label: "Later" },
  keep: { tone: "good", label: "In time" },
};

const columnsFor = (
  onOpen: ((order: string) => void) | null,
  onAsk: (line: Delivery) => void,
): readonly Column<Delivery>[] => [
  {
    id: "product",
    label: "Product",
    width: 190,
    text: (line) => `${line.name ?? ""} ${line.sku} ${line.location}`,
    cell: (line) => <ProductLink sku={line.sku} location={line.location} name={line.name} />,
  },
  {
    id: "open",
    label: "On order",
    width: 90,
    align: "right",
    text: (line) => line.open,
    cell: (line) => <span className="font-semibold">{units(line.open)}</span>,
  },
  {
    id: "comes",
    label: "Comes",
    width: 110,
    text: (line) => line.expected_on,
    cell: (line) => (
      <>
        {day(line.expected_on)}
        <span className="block text-meta text-ink-3">{line.confirmed ? "confirmed" : "usual lead time"}</span>
      </>
    ),
  },
  {
    id: "advice",
    label: "Had better come",
    width: 230,
    from: "sm",
    text: (line) => `${BADGES[line.advice].label}: ${adviceText(line)}`,
    cell: (line) => (
      <>
        <Badge tone={BADGES[line.advice].tone}>{BADGES[line.advice].label}</Badge>
        <span className="block text-sec text-ink-2">{adviceText(line)}</span>
      </>
    ),
  },
  {
    id: "acts",
    label: "Actions",
    width: 150,
    align: "right",
    silent: true,
    cell: (line) => (
      <span className="inline-flex flex-wrap justify-end gap-2">
        {line.advice !== "keep" && (
          <Button
            onClick={() => onAsk(line)}
            aria-label={`Ask the supplier about ${line.sku} of order ${line.number}`}
          >
            Ask
          </Button>
        )}
        {onOpen && (
          <Button look="quiet" onClick={() => onOpen(line.order_id)}>
            Order {line.number}
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
      title="Sooner or later"
      note="open lines beside the day on which they are needed"
      label="Deliveries on order"
      name="deliveries"
      one="delivery"
      many="deliveries"
      columns={columnsFor(onOpen ?? null, setAsked)}
      rows={rows}
      rowKey={(line) => `${line.order_id} ${line.sku} ${line.location}`}
      empty={
        <Empty title={advice === "all" ? "Nothing is on order" : "Nothing to change"}>
          {advice === "expedite"
            ? "What is on order comes before the stock is gone."
            : "Nothing comes long before it is needed."}
        </Empty>
      }
      actions={<Segmented label="Which deliveries" value={advice} options={SHOWN} onChange={onAdvice} />}
    >
      {asked && (
        <MailDialog
          title={`Ask about order ${asked.number}`}
          mail={changeMail(asked.number, together(asked))}
          onClose={() => setAsked(null)}
        />
      )}
    </ListCard>
  );
}
