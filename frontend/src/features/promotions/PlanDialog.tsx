import { useState } from "react";
import { api, data } from "@/api/client";
import { EventIn, PromotionIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
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
  discount == null ? "" : String(Math.round(Number(discount) * 1e4) / 100);

export function PromotionDialog({ start, kept, onClose, onDone }: Props<Promotion>) {
  const [skus, setSkus] = useState<string[]>(start.skus ?? []);
  const [locations, setLocations] = useState<string[]>(start.locations ?? []);
  const form = useForm({
    fields: PromotionIn,
    start: {
      name: start.name ?? "",
      starts: start.starts ?? "",
      ends: start.ends ?? "",
      discount: discountTyped(start.discount),
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
    said: (saved) => `${saved.name} is planned, ${daysOf(saved)}.`,
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? `Promotion ${kept.name}` : "New promotion"} onClose={onClose}>
      <Form form={form} does={kept ? "Save" : "Plan it"} doing="Saving" onCancel={onClose} columns>
        <div className="sm:col-span-2">
          <TextField label="Name" {...form.field("name")} />
        </div>
        <TextField label="First day" placeholder="YYYY-MM-DD" {...form.field("starts")} />
        <TextField label="Last day" placeholder="YYYY-MM-DD" {...form.field("ends")} />
        <TextField
          label="Discount in per cent (optional)"
          inputMode="decimal"
          placeholder="20"
          {...form.field("discount")}
        />
        <div className="grid gap-3 sm:col-span-2">
          <Products skus={skus} onChange={setSkus} />
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
    said: (saved) => `${saved.name} is in the calendar, ${daysOf(saved)}.`,
    onDone: (saved) => {
      onClose();
      onDone?.(saved);
    },
  });
  return (
    <Dialog title={kept ? `Event ${kept.name}` : "New event"} onClose={onClose}>
      <Form form={form} does={kept ? "Save" : "Add it"} doing="Saving" onCancel={onClose} columns>
        <TextField label="Name" {...form.field("name")} />
        <TextField
          label="Kind"
          list="kinds-of-event"
          hint="Events of one kind are expected to move sales alike"
          {...form.field("kind")}
        />
        <datalist id="kinds-of-event">
          {KINDS.map((kind) => (
            <option key={kind} value={kind} />
          ))}
        </datalist>
        <TextField label="First day" placeholder="YYYY-MM-DD" {...form.field("starts")} />
        <TextField label="Last day" placeholder="YYYY-MM-DD" {...form.field("ends")} />
        <div className="sm:col-span-2">
          <Places codes={locations} onChange={setLocations} />
        </div>
      </Form>
    </Dialog>
  );
}
