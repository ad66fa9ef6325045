import { useState } from "react";
import { api, data } from "@/api/client";
import { EventIn, PromotionIn } from "@/api/forms.gen";
import { pageOf, type RowOf } from "@/api/query";
import { Form } from "@/components/form/Form";
import { mineOrTheirs, useShared } from "@/components/form/useShared";
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

/** What the fields are called where their change is told. */
const LABELS = {
  name: t("Name"),
  starts: t("First day"),
  ends: t("Last day"),
  kind: t("Kind"),
  discount: t("Discount in per cent"),
  planned_quantity: t("Planned quantity"),
};

/** One of a list, as it is stored now: it has no address of its own. */
async function oneOf<P extends "/api/promotions" | "/api/events">(path: P, id: string) {
  let cursor: string | undefined;
  do {
    const page = await pageOf(path, { query: { limit: 500 } }, cursor);
    const found = (page.items as (RowOf<P> & { id: string })[]).find((one) => one.id === id);
    if (found) return found;
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return undefined;
}

/** As per cent, as it is typed. */
const discountTyped = (discount: string | null | undefined) =>
  discount == null ? "" : typedNumber(Math.round(Number(discount) * 1e4) / 100);

export function PromotionDialog({ start, kept, onClose, onDone }: Props<Promotion>) {
  const [skus, setSkus] = useState<string[]>(start.skus ?? []);
  const [locations, setLocations] = useState<string[]>(start.locations ?? []);
  const path = { promotion_id: kept?.id ?? "" };
  const form = useShared({
    fields: PromotionIn,
    kept,
    textsOf: (stored: Partial<Promotion> = start) => ({
      name: stored.name ?? "",
      starts: stored.starts ?? "",
      ends: stored.ends ?? "",
      kind: stored.kind ?? "other",
      discount: discountTyped(stored.discount),
      planned_quantity: typedNumber(stored.planned_quantity),
    }),
    othersOf: (stored) => ({
      [t("Products")]: stored.skus.join(", "),
      [t("Locations")]: stored.locations.join(", "),
    }),
    labels: LABELS,
    save: (given, revision) => {
      const body = { ...given, skus, locations };
      return revision === undefined
        ? data(api.POST("/api/promotions", { body }))
        : data(api.PUT("/api/promotions/{promotion_id}", { params: { path }, body: { ...body, revision } }));
    },
    read: () => oneOf("/api/promotions", path.promotion_id),
    take: (before, now) => {
      setSkus((mine) => mineOrTheirs(mine, before.skus, now.skus));
      setLocations((mine) => mineOrTheirs(mine, before.locations, now.locations));
    },
    onClose,
    stale: ["promotions", "forecast/promotions"],
    said: (saved) => t("{0} is planned, {1}.", saved.name, daysOf(saved)),
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? t("Promotion {0}", kept.name) : t("New promotion")} onClose={onClose}>
      <Form
        form={form}
        does={kept ? t("Save") : t("Plan it")}
        doing={t("Saving")}
        onCancel={onClose}
        columns
        end={form.theirs}
      >
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
  const path = { event_id: kept?.id ?? "" };
  const form = useShared({
    fields: EventIn,
    kept,
    textsOf: (stored: Partial<CalendarEvent> = start) => ({
      name: stored.name ?? "",
      kind: stored.kind ?? "",
      starts: stored.starts ?? "",
      ends: stored.ends ?? "",
    }),
    othersOf: (stored) => ({ [t("Locations")]: stored.locations.join(", ") }),
    labels: LABELS,
    save: (given, revision) => {
      const body = { ...given, locations };
      return revision === undefined
        ? data(api.POST("/api/events", { body }))
        : data(api.PUT("/api/events/{event_id}", { params: { path }, body: { ...body, revision } }));
    },
    read: () => oneOf("/api/events", path.event_id),
    take: (before, now) => setLocations((mine) => mineOrTheirs(mine, before.locations, now.locations)),
    onClose,
    stale: ["events"],
    said: (saved) => t("{0} is in the calendar, {1}.", saved.name, daysOf(saved)),
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? t("Event {0}", kept.name) : t("New event")} onClose={onClose}>
      <Form
        form={form}
        does={kept ? t("Save") : t("Add it")}
        doing={t("Saving")}
        onCancel={onClose}
        columns
        end={form.theirs}
      >
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
