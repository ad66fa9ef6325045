import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Button, SelectField, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { parseNumber, units } from "@/lib/format";
import { today } from "@/lib/workspace";

export function RecordSale({
  sku = "",
  location = "main",
  onClose,
}: {
  sku?: string;
  location?: string | undefined;
  onClose: () => void;
}) {
  const client = useQueryClient();
  // One id for this dialog: sent again after a lost answer, it is still one sale.
  const [id] = useState(() => crypto.randomUUID());
  const [form, setForm] = useState({ kind: "sale", sku, location, quantity: "1", price: "", day: today() });
  const set = (name: keyof typeof form) => (event: { target: { value: string } }) =>
    setForm({ ...form, [name]: event.target.value });
  const quantity = parseNumber(form.quantity);
  const price = form.price ? parseNumber(form.price) : undefined;

  const save = useMutation({
    mutationFn: () =>
      data(
        api.POST("/api/sales", {
          body: {
            id,
            kind: form.kind as "sale" | "return",
            sku: form.sku.trim(),
            location: form.location.trim(),
            quantity: String(quantity),
            unit_price: price === undefined || price === null ? null : String(price),
            // A sale of today happened now; of another day only the day is known.
            sold_at: form.day === today() ? new Date().toISOString() : form.day,
          },
        }),
      ),
    onSuccess: (sale) => {
      const what = `${units(sale.quantity)} of ${sale.sku}`;
      toast(sale.status === "quarantined" ? `${what} waits for its product.` : `Recorded ${what}.`);
      void client.invalidateQueries({ queryKey: ["sales"] });
      void client.invalidateQueries({ queryKey: ["stock"] });
      onClose();
    },
  });
  const error = save.error ? asApiError(save.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (quantity !== null && price !== null) save.mutate();
  };
  return (
    <Dialog title="Record a sale" onClose={onClose}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-2">
        <SelectField label="What" value={form.kind} onChange={set("kind")}>
          <option value="sale">Sale</option>
          <option value="return">Return</option>
        </SelectField>
        <TextField
          label="Product code"
          required
          maxLength={64}
          value={form.sku}
          onChange={set("sku")}
          error={error?.field("sku")}
        />
        <TextField
          label="Quantity"
          required
          inputMode="decimal"
          value={form.quantity}
          onChange={set("quantity")}
          error={form.quantity && quantity === null ? "Type a number" : error?.field("quantity")}
        />
        <TextField
          label="Unit price (optional)"
          inputMode="decimal"
          value={form.price}
          onChange={set("price")}
          error={price === null ? "Type a number" : error?.field("unit_price")}
        />
        <TextField
          label="Day (YYYY-MM-DD)"
          required
          pattern="\d{4}-\d{2}-\d{2}"
          value={form.day}
          onChange={set("day")}
          error={error?.field("sold_at")}
        />
        <TextField
          label="Location"
          required
          maxLength={64}
          value={form.location}
          onChange={set("location")}
          error={error?.field("location")}
        />
        {error && (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad sm:col-span-2">
            {error.message}
          </p>
        )}
        <div className="flex justify-end gap-2 sm:col-span-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={save.isPending}>
            {save.isPending ? "Recording" : "Record"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
