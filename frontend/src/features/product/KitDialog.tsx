import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { BillPut, KitComponent } from "@/api/forms.gen";
import { componentsQuery } from "@/api/queries";
import { Form } from "@/components/form/Form";
import { optional, type Typed } from "@/components/form/fields";
import { useShared } from "@/components/form/useShared";
import { Button, CheckBox, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { SkeletonRows } from "@/components/ui/states";
import { typedNumber } from "@/lib/format";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";

type Product = Schemas["ProductOut"];
type Components = Schemas["ComponentsOut"];
interface Props {
  product: Product;
  onClose: () => void;
}

const MOST = 50; // components, as the API takes them
const LINES = Array.from({ length: MOST }, (_, line) => line);
const STALE = ["products", "forecast", "replenishment", "stock"] as const;
const sku = (line: number) => `components.${line}.sku`;
const quantity = (line: number) => `components.${line}.quantity`;

const FIELDS: Record<string, Typed<string | null>> = {
  valid_from: BillPut.valid_from,
  ...Object.fromEntries(
    LINES.flatMap((line) => [
      [sku(line), optional(KitComponent.sku)],
      [quantity(line), optional(KitComponent.quantity)],
    ]),
  ),
};

const LABELS: Record<string, string> = {
  valid_from: t("From"),
  ...Object.fromEntries(
    LINES.flatMap((line) => [
      [sku(line), t("Component {0}", line + 1)],
      [quantity(line), t("Units of {0}", line + 1)],
    ]),
  ),
};

/** What a product consists of from a day on: a bill is added, or the one of that day takes its place. */
export function BillDialog({ product, onClose }: Props) {
  const { data: found } = useQuery(componentsQuery(product.sku));
  return (
    <Dialog title={t("Components of {0}", product.sku)} onClose={onClose}>
      {found ? <BillForm product={product} found={found} onClose={onClose} /> : <SkeletonRows rows={4} />}
    </Dialog>
  );
}

function BillForm({ product, found, onClose }: Props & { found: Components }) {
  const [shown, setShown] = useState(roomOf(found));
  const [packed, setPacked] = useState(packedOf(found));
  const form = useShared({
    fields: FIELDS,
    kept: found,
    textsOf,
    othersOf: (kept) => ({ [t("Pre-packed")]: packedOf(kept) ? t("yes") : t("no") }),
    labels: LABELS,
    save: (typed, revision) =>
      data(
        api.PUT("/api/products/{key}/components", {
          params: { path: { key: product.sku } },
          body: {
            valid_from: typed.valid_from ?? "",
            pre_packed: packed,
            components: LINES.filter((line) => typed[sku(line)]).map((line) => ({
              sku: typed[sku(line)] ?? "",
              quantity: typed[quantity(line)] ?? "1",
            })),
            revision: revision ?? null,
          },
        }),
      ),
    read: () => data(api.GET("/api/products/{key}/components", { params: { path: { key: product.sku } } })),
    take: (before, now) => {
      setPacked((mine) => (mine === packedOf(before) ? packedOf(now) : mine));
      setShown((rows) => Math.max(rows, roomOf(now)));
    },
    stale: STALE,
    said: () => t("Components of {0} saved.", product.sku),
    onDone: onClose,
    onClose,
  });
  return (
    <Form form={form} does={t("Save")} doing={t("Saving")} onCancel={onClose} end={form.theirs}>
      <DayField
        label={t("From")}
        hint={t("Earlier days stay as they were. Without components it is no kit from then on.")}
        {...form.field("valid_from")}
      />
      <CheckBox checked={packed} onChange={setPacked}>
        {t("Pre-packed: it has stock of its own and is ordered itself")}
      </CheckBox>
      <div className="grid gap-2">
        {LINES.slice(0, shown).map((line) => (
          <div key={line} className="grid grid-cols-[minmax(0,1fr)_7rem] gap-2">
            <TextField label={t("Component {0}", line + 1)} {...form.field(sku(line))} />
            <TextField
              label={t("Units of {0}", line + 1)}
              placeholder="1"
              inputMode="decimal"
              {...form.field(quantity(line))}
            />
          </div>
        ))}
      </div>
      {shown < MOST && (
        <div>
          <Button onClick={() => setShown(shown + 1)}>{t("Another component")}</Button>
        </div>
      )}
    </Form>
  );
}

const packedOf = ({ bills }: Components) => bills.at(-1)?.pre_packed ?? false;

/** How many components are shown of it: a free one after the last. */
const roomOf = ({ bills }: Components) =>
  Math.min(MOST, Math.max(3, (bills.at(-1)?.components.length ?? 0) + 1));

/** The newest bill, as it is typed. */
function textsOf(kept: Components | undefined): Record<string, string> {
  const bill = kept?.bills.at(-1);
  const typed: Record<string, string> = { valid_from: bill?.valid_from ?? today() };
  for (const line of LINES) {
    const part = bill?.components[line];
    typed[sku(line)] = part?.sku ?? "";
    typed[quantity(line)] = typedNumber(part?.quantity);
  }
  return typed;
}
