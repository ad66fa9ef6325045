import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, data } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Button, SelectField, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { toast } from "@/components/ui/toast";
import { suppliersQuery, termFor, termsQuery } from "@/features/supply/queries";
import { parseNumber, units } from "@/lib/format";
import { useRequestKey } from "@/lib/hooks";

export interface Goods {
  sku: string;
  location: string;
}

/** Hold units of a product for a customer's order, beside what is held for it already. */
export function ReserveDialog({ goods, onClose }: { goods: Goods | null; onClose: () => void }) {
  const client = useQueryClient();
  const [reference, setReference] = useState("");
  const form = useGoods(goods);
  const save = useMutation({
    mutationFn: async () => {
      const held = await data(
        api.GET("/api/stock/reservations", {
          params: { query: { reference: reference.trim(), limit: 500 } },
        }),
      );
      const own = form.item();
      const others = held.items
        .filter((item) => item.sku !== own.sku.toUpperCase() || item.location !== own.location)
        .map(({ sku, location, quantity }) => ({ sku, location, quantity }));
      return data(
        api.PUT("/api/stock/reservations", {
          body: { reference: reference.trim(), items: [...others, own] },
        }),
      );
    },
    onSuccess: () => {
      toast(`${units(form.quantity)} of ${form.sku} held for ${reference.trim()}.`);
      void client.invalidateQueries({ queryKey: ["stock"] });
      void client.invalidateQueries({ queryKey: ["orders"] });
      onClose();
    },
  });
  return (
    <MoveForm
      title="Reserve stock"
      text="What is held is not there to sell: it counts against what is on hand when orders are proposed."
      action="Reserve"
      form={form}
      fixed={goods !== null}
      error={save.error}
      busy={save.isPending}
      ready={reference.trim() !== ""}
      onSave={() => save.mutate()}
      onClose={onClose}
    >
      <TextField
        label="For (a customer's order)"
        required
        maxLength={64}
        value={reference}
        hint="Held again for the same: the amount is replaced"
        error={save.error ? asApiError(save.error).field("reference") : undefined}
        onChange={(event) => setReference(event.target.value)}
      />
    </MoveForm>
  );
}

/** Send units back to a supplier: they leave the stock. */
export function ReturnDialog({ goods, onClose }: { goods: Goods | null; onClose: () => void }) {
  const client = useQueryClient();
  const suppliers = useQuery(suppliersQuery);
  const terms = useQuery({ ...termsQuery(goods?.sku ?? ""), enabled: goods !== null });
  const [chosen, setChosen] = useState("");
  const [reason, setReason] = useState("");
  const supplier = chosen || termFor(terms.data ?? [], goods?.location ?? "")?.supplier || "";
  const form = useGoods(goods);
  const body = { supplier, reason: reason.trim(), items: [form.item()] };
  const key = useRequestKey(body);
  const save = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/stock/supplier-returns", {
          params: { header: { "idempotency-key": key() } },
          body,
        }),
      ),
    onSuccess: () => {
      toast(`${units(form.quantity)} of ${form.sku} went back to ${supplier}.`);
      void client.invalidateQueries({ queryKey: ["stock"] });
      void client.invalidateQueries({ queryKey: ["orders"] });
      onClose();
    },
  });
  return (
    <MoveForm
      title="Return to a supplier"
      text="The units leave the stock now; the reason stays in the product's movements."
      action="Send back"
      form={form}
      fixed={goods !== null}
      error={save.error}
      busy={save.isPending}
      ready={supplier !== "" && reason.trim() !== ""}
      onSave={() => save.mutate()}
      onClose={onClose}
    >
      <SelectField label="Supplier" value={supplier} onChange={(event) => setChosen(event.target.value)}>
        <option value="" disabled>
          {suppliers.isPending ? "Loading" : "Choose"}
        </option>
        {suppliers.data?.map((item) => (
          <option key={item.code} value={item.code}>
            {`${item.name} (${item.code})`}
          </option>
        ))}
      </SelectField>
      <div className="sm:col-span-2">
        <TextField
          label="Reason"
          required
          maxLength={200}
          placeholder="Cracked, expired, not ordered"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </MoveForm>
  );
}

function useGoods(goods: Goods | null) {
  const [sku, setSku] = useState(goods?.sku ?? "");
  const [location, setLocation] = useState(goods?.location ?? "main");
  const [typed, setTyped] = useState("");
  const quantity = parseNumber(typed);
  return {
    sku: sku.trim(),
    location: location.trim(),
    typed,
    quantity,
    setSku,
    setLocation,
    setTyped,
    item: () => ({ sku: sku.trim(), location: location.trim(), quantity: String(quantity ?? 0) }),
  };
}

interface FormProps {
  title: string;
  text: string;
  action: string;
  form: ReturnType<typeof useGoods>;
  fixed: boolean;
  error: unknown;
  busy: boolean;
  ready: boolean;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
}

function MoveForm({ title, text, action, form, fixed, error, busy, ready, ...rest }: FormProps) {
  const fine = form.quantity !== null && form.quantity > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fine && ready) rest.onSave();
  };
  return (
    <Dialog title={title} onClose={rest.onClose}>
      <p className="pb-3 text-ink-2">{text}</p>
      <form onSubmit={submit} className="grid items-start gap-3 sm:grid-cols-2">
        {!fixed && (
          <>
            <TextField
              label="Product code"
              required
              maxLength={64}
              value={form.sku}
              onChange={(event) => form.setSku(event.target.value)}
            />
            <TextField
              label="Location"
              required
              maxLength={64}
              value={form.location}
              onChange={(event) => form.setLocation(event.target.value)}
            />
          </>
        )}
        <TextField
          label={fixed ? `Units of ${form.sku} at ${form.location}` : "Units"}
          required
          inputMode="decimal"
          value={form.typed}
          error={form.typed && !fine ? "Type an amount" : undefined}
          onChange={(event) => form.setTyped(event.target.value)}
        />
        {rest.children}
        <div className="sm:col-span-2 empty:hidden">
          <Problem error={error} />
        </div>
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={rest.onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy || !fine || !ready}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
