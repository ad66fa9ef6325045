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
import { ago, count, plural, typedNumber } from "@/lib/format";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";

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
    label: t("Code"),
    width: 150,
    file: "code",
    cell: (item) => (
      <>
        <span className="block truncate font-medium">{item.code}</span>
        {item.name && <span className="block truncate text-meta text-ink-3">{item.name}</span>}
      </>
    ),
  },
  {
    id: "waits",
    label: t("Waiting sales"),
    width: 130,
    align: "right",
    file: "claims",
    cell: (item) => (
      <>
        {plural(item.claims, "sale")}
        <span className="block text-meta text-ink-3">{plural(Number(item.units), "unit")}</span>
      </>
    ),
  },
  {
    id: "similar",
    label: t("Known codes like it"),
    width: 172,
    from: "sm",
    file: "similar",
    cell: (item) => item.similar.join(", ") || <span className="text-ink-3">{t("None")}</span>,
  },
  {
    id: "source",
    label: t("From"),
    width: 130,
    from: "md",
    file: "sources",
    cell: (item) => (
      <>
        <span className="block truncate">{item.sources.join(", ")}</span>
        <span className="block text-meta text-ink-3">{t("since {0}", ago(item.since))}</span>
      </>
    ),
  },
  {
    id: "acts",
    label: t("Actions"),
    width: 236,
    align: "right",
    silent: true,
    cell: (item) => may("planner") && <Acts item={item} />,
  },
];

function Unknown() {
  return (
    <ListCard
      title={t("Unknown codes")}
      note={t("no code becomes a product by itself: say what each means")}
      label={t("Unknown codes")}
      one="code"
      columns={COLUMNS}
      rows={usePages("/api/sales/unknown-codes", { query: { limit: 100 } })}
      rowKey={(item) => item.code}
      empty={
        <Empty title={t("Every code is known")}>
          {t("A code that no product has waits here for a decision.")}
        </Empty>
      }
    />
  );
}

function Acts({ item }: { item: Code }) {
  const [asking, setAsking] = useState<"map" | "make" | null>(null);
  const close = () => setAsking(null);
  return (
    <span className="flex flex-wrap justify-end gap-2">
      <Button aria-label={t("Map {0}", item.code)} onClick={() => setAsking("map")}>
        {t("Map")}
      </Button>
      <Button aria-label={t("Make a product of {0}", item.code)} onClick={() => setAsking("make")}>
        {t("Make")}
      </Button>
      <ConfirmButton
        label={t("Dismiss")}
        name={t("Dismiss {0}", item.code)}
        look="danger"
        title={t("Dismiss {0}", item.code)}
        does={t("Dismiss the code")}
        send={() => data(api.POST("/api/sales/unknown-codes/dismiss", { body: { code: item.code } }))}
        stale={STALE}
        said={decidedText}
      >
        {tn(
          item.claims,
          "{0} of {1} is refused, and so is whatever comes with this code later.",
          "{0} of {1} are refused, and so is whatever comes with this code later.",
          plural(item.claims, "waiting sale"),
          plural(Number(item.units), "unit"),
        )}
      </ConfirmButton>
      {asking === "map" && <MapDialog item={item} onClose={close} />}
      {asking === "make" && <MakeDialog item={item} onClose={close} />}
    </span>
  );
}

/** What a decision did to the sales that waited for it. */
function decidedText({ code, decision, sku, recorded, rejected, waiting }: Decided): string {
  const done = [
    recorded > 0 && tn(recorded, "{0} sale recorded", "{0} sales recorded", count(recorded)),
    rejected > 0 && tn(rejected, "{0} sale refused", "{0} sales refused", count(rejected)),
    waiting > 0 && tn(waiting, "{0} sale still waiting", "{0} sales still waiting", count(waiting)),
  ].filter(Boolean);
  const what =
    decision === "dismissed"
      ? t("{0} is dismissed", code)
      : sku === code
        ? t("{0} becomes a product", code)
        : t("{0} means {1}", code, sku);
  return done.length > 0 ? `${what}: ${done.join(", ")}.` : `${what}.`;
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
    <Dialog title={t("What {0} means", item.code)} onClose={onClose}>
      <Form form={form} does={t("Map")} doing={t("Mapping")} onCancel={onClose}>
        <p className="text-ink-2">
          {tn(
            item.claims,
            "{0} of {1} is recorded as that product's, and so is whatever comes with this code later.",
            "{0} of {1} are recorded as that product's, and so is whatever comes with this code later.",
            plural(item.claims, "sale"),
            plural(Number(item.units), "unit"),
          )}
        </p>
        <TextField label={t("Product code")} {...form.field("sku")} />
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
      price: typedNumber(item.price),
    },
    send: (values) =>
      data(api.POST("/api/sales/unknown-codes/make", { body: { code: item.code, ...values } })),
    stale: STALE,
    said: decidedText,
    onDone: onClose,
  });
  return (
    <Dialog title={t("A product of {0}", item.code)} onClose={onClose}>
      <Form form={form} does={t("Make the product")} doing={t("Making")} onCancel={onClose}>
        <p className="text-ink-2">
          {tn(
            item.claims,
            "{0} of {1} is recorded as soon as it is there.",
            "{0} of {1} are recorded as soon as it is there.",
            plural(item.claims, "sale"),
            plural(Number(item.units), "unit"),
          )}
        </p>
        <TextField label={t("Name (optional)")} {...form.field("name")} />
        <TextField label={t("Category (optional)")} {...form.field("category")} />
        <TextField label={t("Price (optional)")} inputMode="decimal" {...form.field("price")} />
      </Form>
    </Dialog>
  );
}

const DECIDED: readonly Column<Decision>[] = [
  {
    id: "code",
    label: t("Code"),
    width: 150,
    file: "code",
    cell: (item) => <span className="block truncate font-medium">{item.code}</span>,
  },
  {
    id: "means",
    label: t("Means"),
    width: 150,
    file: "sku",
    cell: (item) => item.sku ?? <span className="text-ink-3">{t("Nothing: dismissed")}</span>,
  },
  {
    id: "by",
    label: t("Decided"),
    width: 150,
    from: "sm",
    file: "decided_at",
    cell: (item) => t("{0} by {1}", ago(item.decided_at), item.decided_by),
  },
  {
    id: "acts",
    label: t("Actions"),
    width: 110,
    align: "right",
    silent: true,
    cell: (item) =>
      may("planner") && (
        <ConfirmButton
          label={t("Take back")}
          name={t("Take back what {0} means", item.code)}
          title={t("Take back what {0} means", item.code)}
          does={t("Take it back")}
          send={() => data(api.POST("/api/sales/code-decisions/revoke", { body: { code: item.code } }))}
          stale={STALE}
          said={() => t("{0} is undecided again.", item.code)}
        >
          {t(
            "What comes with this code from then on waits again. What was recorded or refused by the decision stays so.",
          )}
        </ConfirmButton>
      ),
  },
];

function Decisions() {
  return (
    <ListCard
      title={t("Decided")}
      label={t("Decided codes")}
      one="code"
      columns={DECIDED}
      rows={usePages("/api/sales/code-decisions", { query: { limit: 100 } })}
      rowKey={(item) => item.code}
      empty={<Empty title={t("Nothing was decided yet")} />}
    />
  );
}
