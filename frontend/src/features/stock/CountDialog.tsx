import { api, data } from "@/api/client";
import { AdjustmentIn, CountIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { parseNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Goods } from "./MoveDialog";
import { GoodsFields } from "./MoveDialog";

const STALE = ["stock", "replenishment", "excess", "attention", "orders"] as const;

interface Props {
  /** Of which product; without one it is typed. */
  goods: Goods | null;
  /** What is on hand as far as is known. */
  onHand?: string | undefined;
  onClose: () => void;
}

/** What somebody counted just now: on hand starts from it. */
export function CountDialog({ goods, onHand, onClose }: Props) {
  const form = useForm({
    fields: CountIn,
    start: { sku: goods?.sku ?? "", location: goods?.location ?? "main", quantity: "" },
    send: (item) => data(api.POST("/api/stock/counts", { body: { items: [item] } })).then(() => item),
    stale: STALE,
    said: (counted) => t("{0} of {1} counted.", units(counted.quantity), counted.sku),
    onDone: onClose,
  });
  const counted = parseNumber(form.typed.quantity);
  const differs = counted === null || onHand === undefined ? 0 : counted - Number(onHand);
  return (
    <Dialog title={t("Count stock")} onClose={onClose}>
      <Form
        form={form}
        does={t("Save the count")}
        doing={t("Saving")}
        onCancel={onClose}
        columns
        note={
          differs !== 0 &&
          t("{0} {1} than was thought", units(Math.abs(differs)), differs < 0 ? t("fewer") : t("more"))
        }
      >
        <p className="text-ink-2 sm:col-span-2">
          {t(
            "What lies there now. On hand starts from this count; sales of before it do not count any more.{0}",
            onHand !== undefined && t(" So far {0} are thought to be there.", units(onHand)),
          )}
        </p>
        <GoodsFields goods={goods} field={form.field} />
      </Form>
    </Dialog>
  );
}

interface AdjustProps {
  goods: Goods;
  onHand: string;
  onClose: () => void;
}

/** A change that is no sale, with its reason. */
export function AdjustDialog({ goods, onHand, onClose }: AdjustProps) {
  const form = useForm({
    fields: AdjustmentIn,
    start: { sku: goods.sku, location: goods.location, quantity: "", reason: "" },
    send: (body) => data(api.POST("/api/stock/adjustments", { body })).then(() => body),
    stale: STALE,
    said: (given) => t("{0}: {1} on hand.", given.sku, units(Number(onHand) + Number(given.quantity))),
    onDone: onClose,
  });
  const change = parseNumber(form.typed.quantity);
  return (
    <Dialog title={t("Adjust stock")} onClose={onClose}>
      <Form
        form={form}
        does={t("Adjust")}
        doing={t("Adjusting")}
        onCancel={onClose}
        note={change !== null && t("{0} → {1} on hand", units(onHand), units(Number(onHand) + change))}
      >
        <TextField
          label={t("Change of {0} at {1}", goods.sku, goods.location)}
          placeholder={t("−2 or 5")}
          hint={t("Less for what broke, spoiled or was stolen; more for what was found")}
          inputMode="text"
          {...form.field("quantity")}
        />
        <TextField label={t("Reason")} placeholder={t("Broken in the window")} {...form.field("reason")} />
      </Form>
    </Dialog>
  );
}
