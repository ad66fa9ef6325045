import { useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { api, data } from "@/api/client";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import { useAct, useQuicker } from "@/lib/acts";
import { parseNumber, plural, typedNumber, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Line, refusal, wholePacks } from "./logic";

interface Props {
  order: string;
  line: Line;
  /** What was typed and is not saved; nothing when it stands as stored. */
  typed: string | undefined;
  onTyped: (text: string | null) => void;
}

/** Saved when left or with Enter; what is refused stays as typed, with the reason. */
export function QuantityCell({ order, line, typed, onTyped }: Props) {
  const client = useQueryClient();
  const stored = String(Number(line.quantity));
  // What the typing began on: what the live stream brings meanwhile is somebody else's.
  const base = useRef(stored);
  if (typed === undefined) base.current = stored;
  const quicker = useQuicker(["orders"]);
  const send = ({ quantity, was }: { quantity: string; was: string }) =>
    data(
      api.PUT("/api/orders/{order_id}/lines", {
        params: { path: { order_id: order } },
        body: { sku: line.sku, location: line.location, quantity, was },
      }),
    ).catch(quicker); // theirs is shown, mine stays typed
  const stale = ["orders", "replenishment"] as const;
  const back = useAct({
    send,
    stale,
    said: (_, { quantity }) => t("{0} is {1} again.", line.sku, units(quantity)),
    refusedAloud: true,
  });
  const change = useAct({
    send,
    stale,
    said: (_, { quantity, was }) =>
      Number(quantity) === 0
        ? t("{0} taken off.", line.sku)
        : t("{0}: {1} is now {2}.", line.sku, units(was), units(quantity)),
    undo: (_, { quantity, was }) =>
      Number(quantity) === Number(was)
        ? undefined
        : { label: t("Undo"), act: () => back.mutate({ quantity: was, was: quantity }) },
    onDone: (changed) => {
      client.setQueryData(query("/api/orders/{order_id}", { path: { order_id: order } }).queryKey, changed);
      onTyped(null);
    },
  });
  const written = typedNumber(stored);
  const shown = typed ?? written;
  const wrong = typed === undefined ? null : refusal(typed, line);
  const refused = change.error ? asApiError(change.error) : null;
  const theirs = refused?.code === "stale_quantity";
  const said =
    wrong ??
    (theirs
      ? t("Somebody changed this meanwhile: it is {0} now. Save again to make it yours.", units(stored))
      : (refused?.message ?? null));
  const set = (text: string) => onTyped(text === written ? null : text);
  const leave = () => {
    const quantity = parseNumber(shown);
    if (typed === undefined || wrong || quantity === null || change.isPending) return;
    change.mutate({ quantity: String(quantity), was: theirs ? stored : base.current });
  };
  const rounded = wrong ? wholePacks(parseNumber(shown) ?? 0, line) : 0;
  return (
    <div className="flex flex-col items-end gap-1">
      <input
        aria-label={t("Quantity of {0}", line.sku)}
        inputMode="decimal"
        value={shown}
        disabled={change.isPending}
        aria-invalid={said ? true : undefined}
        onChange={(event) => set(event.target.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === "Enter") leave();
          if (event.key === "Escape") onTyped(null);
        }}
        className="h-8 w-full max-w-24 rounded-md border border-control bg-panel px-2.5 text-right font-semibold aria-invalid:border-bad"
      />
      {said && <p className="text-right text-meta text-bad">{said}</p>}
      {rounded > 0 && (
        <button
          type="button"
          className="text-meta text-accent underline"
          onClick={() => set(typedNumber(rounded))}
        >
          {t("Use {0}", plural(rounded, "unit"))}
        </button>
      )}
    </div>
  );
}
