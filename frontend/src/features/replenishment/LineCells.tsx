/** What the planner's list says of a line, and the terms that are typed in it. */

import { useRef, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { TermChanges } from "@/api/forms.gen";
import { fault } from "@/components/form/fields";
import { Bar } from "@/components/ui/Bar";
import { Badge } from "@/components/ui/states";
import { useAct, useQuicker } from "@/lib/acts";
import { day, money, parseNumber, percent, shortDays, typedNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { daysUntil } from "./logic";

export type Decided = Schemas["Replenishment"];
export const TERMS_STALE = ["supply-terms", "replenishment", "orders", "excess", "attention"] as const;

export function Stock({ item }: { item: Decided }) {
  const { on_hand: there, on_order: coming, reserved } = item;
  const more = [
    Number(coming) > 0 && t("+{0} on order", units(coming)),
    Number(reserved) > 0 && t("{0} held", units(reserved)),
  ].filter(Boolean);
  return (
    <>
      <span className={Number(there) <= 0 ? "font-semibold text-bad" : "font-semibold"}>{units(there)}</span>
      {more.length > 0 && <span className="block text-meta text-ink-3">{more.join(", ")}</span>}
    </>
  );
}

/** How long what is there lasts, on a bar that ends at twice the lead time; the mark is the lead time. */
export function Cover({ item }: { item: Decided }) {
  const { days_of_cover: cover, lead_days: lead } = item;
  if (cover === null) return <span className="text-ink-3">{t("no demand")}</span>;
  const late = lead != null && cover < lead;
  return (
    <>
      {shortDays(cover)}
      {lead != null && <span className="text-meta text-ink-3">{` / ${shortDays(lead)}`}</span>}
      {lead != null && lead > 0 && (
        <Bar share={cover / (2 * lead)} mark={0.5} tone={late ? "bg-bad" : "bg-ink-3"} />
      )}
    </>
  );
}

export function OrderBy({ item }: { item: Decided }) {
  if (item.order_by === null || item.quantity <= 0) return <span className="text-ink-3">–</span>;
  if (daysUntil(item.order_by, item.as_of) <= 0) return <Badge tone="bad">{t("Now")}</Badge>;
  return item.due ? <Badge tone="warn">{day(item.order_by)}</Badge> : day(item.order_by);
}

export function Risk({ item }: { item: Decided }) {
  if (item.out_of_stock) return <Badge tone="bad">{t("Out of stock")}</Badge>;
  return (
    <>
      <span className={item.at_risk ? "font-semibold text-bad" : "text-ink-2"}>
        {percent(item.stockout_risk)}
      </span>
      {item.revenue_at_risk >= 0.5 && (
        <span className="block text-meta text-ink-3">{money(item.revenue_at_risk)}</span>
      )}
    </>
  );
}

/** A term as it is typed: as per cent, or as it is. */
const TYPED = {
  moq: { label: t("MOQ"), of: (item: Decided) => item.moq ?? 0, shown: typedNumber },
  multiple: {
    label: t("Pack"),
    of: (item: Decided) => item.multiple ?? 1,
    shown: typedNumber,
  },
  service_level: {
    label: t("Service level in %"),
    of: (item: Decided) => item.service_level ?? 0,
    shown: (value: number) => typedNumber(Math.round(value * 1e4) / 100),
  },
} as const;
export type Term = keyof typeof TYPED;

/** A term in its line: saved when left or with Enter; what is refused stays as typed, with the reason. */
export function TermCell({ item, term }: { item: Decided; term: Term }) {
  const { label, of, shown } = TYPED[term];
  const stored = shown(of(item));
  const [typed, setTyped] = useState<string | null>(null);
  // What the typing began on: what the live stream brings meanwhile is somebody else's.
  const base = useRef(stored);
  if (typed === null) base.current = stored;
  const quicker = useQuicker(TERMS_STALE);
  const send = ({ text, was }: { text: string; was: string }) =>
    data(
      api.PATCH("/api/supply-terms", {
        body: {
          items: [{ sku: item.sku, location: item.location }],
          changes: { [term]: TermChanges[term].read.parse(text) } as never,
          was: { [term]: TermChanges[term].read.parse(was) } as never,
        },
      }),
    ).catch(quicker); // theirs is shown, mine stays typed
  const back = useAct({
    send,
    stale: TERMS_STALE,
    said: () => t("{0} as before.", item.sku),
    refusedAloud: true,
  });
  const change = useAct({
    send,
    stale: TERMS_STALE,
    said: (_, { text, was }) => t("{0}: {1} {2} is now {3}. It is decided anew.", item.sku, label, was, text),
    undo: (_, { text, was }) => ({ label: t("Undo"), act: () => back.mutate({ text: was, was: text }) }),
  });
  const wrong = typed === null ? undefined : fault(TermChanges[term], typed);
  // What was sent stands until the line was decided anew by it.
  const sent = change.isSuccess && typed !== null && parseNumber(typed) !== parseNumber(stored);
  const refused = change.error ? asApiError(change.error) : null;
  const theirs = refused?.code === "stale_value";
  const said =
    wrong ??
    (theirs
      ? t("Somebody changed this meanwhile: it is {0} now. Save again to make it yours.", stored)
      : refused?.message);
  const leave = () => {
    if (typed === null || wrong || change.isPending) return;
    if (typed === stored) setTyped(null);
    else if (!sent) change.mutate({ text: typed, was: theirs ? stored : base.current });
  };
  return (
    <>
      <input
        aria-label={t("{0} of {1} at {2}", label, item.sku, item.location)}
        inputMode="decimal"
        value={typed ?? stored}
        aria-invalid={said ? true : undefined}
        onChange={(event) => {
          change.reset();
          setTyped(event.target.value);
        }}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === "Enter") leave();
          if (event.key === "Escape") setTyped(null);
        }}
        className="h-7 w-full max-w-20 rounded-md border border-transparent bg-transparent px-1.5 text-right hover:border-control focus:border-control focus:bg-panel aria-invalid:border-bad"
      />
      {said && <span className="block text-right text-meta text-bad">{said}</span>}
    </>
  );
}
