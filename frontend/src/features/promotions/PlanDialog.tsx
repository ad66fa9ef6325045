import { useState } from "react";
import { api, data } from "@/api/client";
import { EventIn, PromotionIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { SelectField, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { typedNumber } from "@/lib/format";
import { KIND_CODES, PROMOTION_KINDS } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";
import { Places } from "./Places";
import { Products } from "./Products";
import { type CalendarEvent, daysOf, KINDS, type Promotion } from "./planned";

interface Props<Kept> {
  /** What stands in the form at first: of what is changed or copied, or a day that was chosen. */
  start: Partial<Kept>;
  /** What is changed; without it something new is made. */
  kept?: Kept | undefined;
  onClose: () => void;
  onDone?: ((saved: Kept) => void) | undefined;
}

/** As per cent, as it is typed. */
const discountTyped = (discount: string | null | undefined) =>
  discount == null ? "" : typedNumber(Math.round(Number(discount) * 1e4) / 100);

export function PromotionDialog({ start, kept, onClose, onDone }: Props<Promotion>) {
  const [skus, setSkus] = useState<string[]>(start.skus ?? []);
  const [locations, setLocations] = useState<string[]>(start.locations ?? []);
  const form = useForm({
    fields: PromotionIn,
    start: {
      name: start.name ?? "",
      starts: start.starts ?? "",
      ends: start.ends ?? "",
      kind: start.kind ?? "other",
      discount: discountTyped(start.discount),
      planned_quantity: typedNumber(start.planned_quantity),
    },
    send: (given) => {
      const body = { ...given, skus, locations };
      return kept
        ? data(
            api.PUT("/api/promotions/{promotion_id}", {
              params: { path: { promotion_id: kept.id } },
              body: { ...body, revision: kept.revision },
            }),
          )
        : data(api.POST("/api/promotions", { body }));
    },
    stale: ["promotions", "forecast/promotions"],
    said: (saved) => t("{0} is planned, {1}.", saved.name, daysOf(saved)),
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? t("Promotion {0}", kept.name) : t("New promotion")} onClose={onClose}>
      <Form form={form} does={kept ? t("Save") : t("Plan it")} doing={t("Saving")} onCancel={onClose} columns>
        <div className="sm:col-span-2">
          <TextField label={t("Name")} {...form.field("name")} />
        </div>
        <DayField label={t("First day")} {...form.field("starts")} />
        <DayField label={t("Last day")} {...form.field("ends")} />
        <SelectField
          label={t("Kind")}
          hint={t("Each kind is expected to lift sales as it did before")}
          {...form.field("kind")}
        >
          {KIND_CODES.map((kind) => (
            <option key={kind} value={kind}>
              {PROMOTION_KINDS[kind]}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t("Discount in per cent (optional)")}
          inputMode="decimal"
          placeholder="20"
          {...form.field("discount")}
        />
        <TextField
          label={t("Planned quantity (optional)")}
          inputMode="decimal"
          {...form.field("planned_quantity")}
        />
        <div className="grid gap-3 sm:col-span-2">
          <Products
            skus={skus}
            none={t("All products. Add some to make it theirs only.")}
            onChange={setSkus}
          />
          <Places codes={locations} onChange={setLocations} />
        </div>
      </Form>
    </Dialog>
  );
}

export function EventDialog({ start, kept, onClose, onDone }: Props<CalendarEvent>) {
  const [locations, setLocations] = useState<string[]>(start.locations ?? []);
  const form = useForm({
    fields: EventIn,
    start: {
      name: start.name ?? "",
      kind: start.kind ?? "",
      starts: start.starts ?? "",
      ends: start.ends ?? "",
    },
    send: (given) => {
      const body = { ...given, locations };
      return kept
        ? data(
            api.PUT("/api/events/{event_id}", {
              params: { path: { event_id: kept.id } },
              body: { ...body, revision: kept.revision },
            }),
          )
        : data(api.POST("/api/events", { body }));
    },
    stale: ["events"],
    said: (saved) => t("{0} is in the calendar, {1}.", saved.name, daysOf(saved)),
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? t("Event {0}", kept.name) : t("New event")} onClose={onClose}>
      <Form form={form} does={kept ? t("Save") : t("Add it")} doing={t("Saving")} onCancel={onClose} columns>
        <TextField label={t("Name")} {...form.field("name")} />
        <TextField
          label={t("Kind")}
          list="kinds-of-event"
          hint={t("Events of one kind are expected to move sales alike")}
          {...form.field("kind")}
        />
        <datalist id="kinds-of-event">
          {KINDS.map((kind) => (
            <option key={kind} value={kind} />
          ))}
        </datalist>
        <DayField label={t("First day")} {...form.field("starts")} />
        <DayField label={t("Last day")} {...form.field("ends")} />
        <div className="sm:col-span-2">
          <Places codes={locations} onChange={setLocations} />
        </div>
      </Form>
    </Dialog>
  );
}
