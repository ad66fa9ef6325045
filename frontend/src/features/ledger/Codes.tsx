import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { MakeIn, MapIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Empty } from "@/components/ui/states";
import { ago, plural } from "@/lib/format";
import { may } from "@/lib/session";

type Code = Schemas["UnknownCode"];
type Decision = Schemas["CodeDecision"];
type Decided = Schemas["CodeDecided"];
const STALE = ["sales", "imports", "products", "overview"] as const;

/** Codes that no product has: nothing of them counts until somebody says what they mean. */
export function Codes() {
  return (
    <div className="grid gap-4 [&>*]:min-w-0">
      <Unknown />
      <Decisions />
    </div>
  );
}

const COLUMNS: readonly Column<Code>[] = [
  {
    id: "code",
    label: "Code",
    width: 150,
    text: (item) => item.code,
    cell: (item) => (
      <>
        <span className="block truncate font-medium">{item.code}</span>
        {item.name && <span className="block truncate text-meta text-ink-3">{item.name}</span>}
      </>
    ),
  },
  {
    id: "waits",
    label: "Waiting sales",
    width: 110,
    align: "right",
    text: (item) => item.claims,
    cell: (item) => (
      <>
        {plural(item.claims, "sale")}
        <span className="block text-meta text-ink-3">{plural(Number(item.units), "unit")}</span>
      </>
    ),
  },
  {
    id: "similar",
    label: "Known codes like it",
    width: 150,
    from: "sm",
    text: (item) => item.similar.join(" "),
    cell: (item) => item.similar.join(", ") || <span className="text-ink-3">None</span>,
  },
  {
    id: "source",
    label: "From",
    width: 130,
    from: "md",
    text: (item) => item.sources.join(" "),
    cell: (item) => (
      <>
        <span className="block truncate">{item.sources.join(", ")}</span>
        <span className="block text-meta text-ink-3">{`since ${ago(item.since)}`}</span>
      </>
    ),
  },
  {
    id: "acts",
    label: "Actions",
    width: 236,
    align: "right",
    silent: true,
    cell: (item) => may("planner") && <Acts item={item} />,
  },
];

function Unknown() {
  return (
    <ListCard
      title="Unknown codes"
      note="no code becomes a product by itself: say what each means"
      label="Unknown codes"
      one="code"
      columns={COLUMNS}
      rows={usePages("/api/sales/unknown-codes", { query: { limit: 100 } })}
      rowKey={(item) => item.code}
      empty={<Empty title="Every code is known">A code that no product has waits here for a decision.</Empty>}
    />
  );
}

function Acts({ item }: { item: Code }) {
  const [asking, setAsking] = useState<"map" | "make" | null>(null);
  const close = () => setAsking(null);
  return (
    <span className="flex flex-wrap justify-end gap-2">
      <Button aria-label={`Map ${item.code}`} onClick={() => setAsking("map")}>
        Map
      </Button>
      <Button aria-label={`Make a product of ${item.code}`} onClick={() => setAsking("make")}>
        Make
      </Button>
      <ConfirmButton
        label="Dismiss"
        name={`Dismiss ${item.code}`}
        look="danger"
        title={`Dismiss ${item.code}`}
        does="Dismiss the code"
        send={() => data(api.POST("/api/sales/unknown-codes/dismiss", { body: { code: item.code } }))}
        stale={STALE}
        said={decidedText}
      >
        {`${plural(item.claims, "waiting sale")} of ${plural(Number(item.units), "unit")} ${item.claims === 1 ? "is" : "are"} refused, and so is whatever comes with this code later.`}
      </ConfirmButton>
      {asking === "map" && <MapDialog item={item} onClose={close} />}
      {asking === "make" && <MakeDialog item={item} onClose={close} />}
    </span>
  );
}

/** What a decision did to the sales that waited for it. */
function decidedText({ code, decision, sku, recorded, rejected, waiting }: Decided): string {
  const done = [
    recorded > 0 && `${plural(recorded, "sale")} recorded`,
    rejected > 0 && `${plural(rejected, "sale")} refused`,
    waiting > 0 && `${plural(waiting, "sale")} still waiting`,
  ].filter(Boolean);
  const what =
    decision === "dismissed" ? "is dismissed" : sku === code ? "becomes a product" : `means ${sku}`;
  return `${code} ${what}${done.length > 0 ? `: ${done.join(", ")}` : ""}.`;
}

interface AskProps {
  item: Code;
  onClose: () => void;
}

function MapDialog({ item, onClose }: AskProps) {
  const form = useForm({
    fields: { sku: MapIn.sku },
    start: { sku: item.similar[0] ?? "" },
    send: ({ sku }) => data(api.POST("/api/sales/unknown-codes/map", { body: { code: item.code, sku } })),
    stale: STALE,
    said: decidedText,
    onDone: onClose,
  });
  return (
    <Dialog title={`What ${item.code} means`} onClose={onClose}>
      <Form form={form} does="Map" doing="Mapping" onCancel={onClose}>
        <p className="text-ink-2">
          {`${plural(item.claims, "sale")} of ${plural(Number(item.units), "unit")} ${item.claims === 1 ? "is" : "are"} recorded as that product's, and so is whatever comes with this code later.`}
        </p>
        <TextField label="Product code" {...form.field("sku")} />
      </Form>
    </Dialog>
  );
}

function MakeDialog({ item, onClose }: AskProps) {
  const form = useForm({
    fields: { name: MakeIn.name, category: MakeIn.category, price: MakeIn.price },
    start: {
      name: item.name ?? "",
      category: item.category ?? "",
      price: item.price === null ? "" : String(Number(item.price)),
    },
    send: (values) =>
      data(api.POST("/api/sales/unknown-codes/make", { body: { code: item.code, ...values } })),
    stale: STALE,
    said: decidedText,
    onDone: onClose,
  });
  return (
    <Dialog title={`A product of ${item.code}`} onClose={onClose}>
      <Form form={form} does="Make the product" doing="Making" onCancel={onClose}>
        <p className="text-ink-2">
          {`${plural(item.claims, "sale")} of ${plural(Number(item.units), "unit")} ${item.claims === 1 ? "is" : "are"} recorded as soon as it is there.`}
        </p>
        <TextField label="Name (optional)" {...form.field("name")} />
        <TextField label="Category (optional)" {...form.field("category")} />
        <TextField label="Price (optional)" inputMode="decimal" {...form.field("price")} />
      </Form>
    </Dialog>
  );
}

const DECIDED: readonly Column<Decision>[] = [
  {
    id: "code",
    label: "Code",
    width: 150,
    text: (item) => item.code,
    cell: (item) => <span className="block truncate font-medium">{item.code}</span>,
  },
  {
    id: "means",
    label: "Means",
    width: 150,
    text: (item) => item.sku ?? "dismissed",
    cell: (item) => item.sku ?? <span className="text-ink-3">Nothing: dismissed</span>,
  },
  {
    id: "by",
    label: "Decided",
    width: 150,
    from: "sm",
    text: (item) => item.decided_at,
    cell: (item) => `${ago(item.decided_at)} by ${item.decided_by}`,
  },
  {
    id: "acts",
    label: "Actions",
    width: 110,
    align: "right",
    silent: true,
    cell: (item) =>
      may("planner") && (
        <ConfirmButton
          label="Take back"
          name={`Take back what ${item.code} means`}
          title={`Take back what ${item.code} means`}
          does="Take it back"
          send={() => data(api.POST("/api/sales/code-decisions/revoke", { body: { code: item.code } }))}
          stale={STALE}
          said={() => `${item.code} is undecided again.`}
        >
          What comes with this code from then on waits again. What was recorded or refused by the decision
          stays so.
        </ConfirmButton>
      ),
  },
];

function Decisions() {
  return (
    <ListCard
      title="Decided"
      label="Decided codes"
      one="code"
      columns={DECIDED}
      rows={usePages("/api/sales/code-decisions", { query: { limit: 100 } })}
      rowKey={(item) => item.code}
      empty={<Empty title="Nothing was decided yet" />}
    />
  );
}
