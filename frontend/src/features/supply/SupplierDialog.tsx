import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { EditForm } from "./EditForm";
import { contentOf, formOf, merged, SUPPLIER_FIELDS } from "./logic";
import { suppliersQuery } from "./queries";

type Supplier = Schemas["SupplierOut"];
const NEW = { name: "", lead_days: "14", lead_spread_days: "0", review_days: "7" };

/** A supplier's name and the lead time it states; without one: a new supplier. */
export function SupplierDialog({ supplier, onClose }: { supplier: Supplier | null; onClose: () => void }) {
  const client = useQueryClient();
  const [before, setBefore] = useState(supplier);
  const [now, setNow] = useState<Supplier>();
  const [code, setCode] = useState(supplier?.code ?? "");
  const [form, setForm] = useState(formOf(SUPPLIER_FIELDS, supplier ?? NEW));
  const content = contentOf(SUPPLIER_FIELDS, form);
  const save = useMutation({
    mutationFn: (revision: number | undefined) => {
      const body = { code: code.trim(), ...content } as Schemas["SupplierIn"];
      return revision === undefined
        ? data(api.POST("/api/suppliers", { body }))
        : data(api.PUT("/api/suppliers", { body: { ...body, revision } }));
    },
    onSuccess: (saved) => {
      toast(`${saved.name} saved.`);
      void client.invalidateQueries({ queryKey: ["orders"] });
      void client.invalidateQueries({ queryKey: ["stock"] });
      onClose();
    },
    onError: async (error) => {
      if (asApiError(error).code !== "stale_revision") return;
      await client.invalidateQueries({ queryKey: keys.suppliers });
      const all = await client.fetchQuery(suppliersQuery);
      const theirs = all.find((item) => item.code === supplier?.code);
      setNow(theirs);
      if (theirs && before) setForm((mine) => merged(SUPPLIER_FIELDS, mine, { ...before }, { ...theirs }));
    },
  });
  return (
    <Dialog title={supplier ? `Supplier ${supplier.code}` : "New supplier"} onClose={onClose}>
      <EditForm
        fields={SUPPLIER_FIELDS}
        form={form}
        onForm={setForm}
        error={save.error ? asApiError(save.error) : null}
        busy={save.isPending}
        ready={content !== null && code.trim() !== ""}
        before={(before ?? {}) as Record<string, unknown>}
        now={now as Record<string, unknown> | undefined}
        onSave={() => save.mutate(before?.revision)}
        onAgain={() => {
          if (!now) return;
          setBefore(now);
          save.mutate(now.revision);
        }}
        onClose={onClose}
      >
        {!supplier && (
          <TextField
            label="Code"
            required
            maxLength={64}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            error={save.error ? asApiError(save.error).field("code") : undefined}
          />
        )}
      </EditForm>
    </Dialog>
  );
}
