import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { SelectField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { EditForm } from "./EditForm";
import { contentOf, type Field, formOf, merged, TERM_FIELDS } from "./logic";
import { suppliersQuery, termsQuery } from "./queries";

type Term = Schemas["TermOut"];
const NEW = { moq: "0", multiple: "1", holding_rate: "0.2" };
const SUPPLIER: Field = { name: "supplier", label: "Supplier", text: true };
const ALL = [SUPPLIER, ...TERM_FIELDS];

interface Props {
  sku: string;
  name: string;
  term: Term | undefined;
  onClose: () => void;
}

/** From whom a product is bought and how; without terms: the first ones, for every location. */
export function TermDialog({ sku, name, term, onClose }: Props) {
  const client = useQueryClient();
  const suppliers = useQuery(suppliersQuery);
  const [before, setBefore] = useState(term);
  const [now, setNow] = useState<Term>();
  const [form, setForm] = useState(formOf(ALL, term ?? NEW));
  const content = contentOf(ALL, form);
  const save = useMutation({
    mutationFn: (revision: number) => {
      const body = { sku, location: term?.location ?? null, revision, ...content };
      return data(api.PUT("/api/supply-terms", { body: body as Schemas["TermPut"] }));
    },
    onSuccess: () => {
      toast(`Terms of ${sku} saved.`);
      void client.invalidateQueries({ queryKey: ["orders"] });
      void client.invalidateQueries({ queryKey: ["stock"] });
      onClose();
    },
    onError: async (error) => {
      if (asApiError(error).code !== "stale_revision") return;
      await client.invalidateQueries({ queryKey: keys.terms({ sku }) });
      const found = await client.fetchQuery(termsQuery(sku));
      const theirs = found.find((item) => item.location === (term?.location ?? null));
      setNow(theirs);
      if (theirs) setForm((mine) => merged(ALL, mine, { ...(before ?? NEW) }, { ...theirs }));
    },
  });
  return (
    <Dialog title={`Terms of ${name}`} onClose={onClose}>
      <EditForm
        fields={TERM_FIELDS}
        compared={ALL}
        form={form}
        onForm={setForm}
        error={save.error ? asApiError(save.error) : null}
        busy={save.isPending}
        ready={content !== null}
        before={(before ?? {}) as Record<string, unknown>}
        now={now as Record<string, unknown> | undefined}
        onSave={() => save.mutate(before?.revision ?? 0)}
        onAgain={() => {
          if (!now) return;
          setBefore(now);
          save.mutate(now.revision);
        }}
        onClose={onClose}
      >
        <SelectField
          label={`Supplier for ${term?.location ? term.location : "every location"}`}
          value={form.supplier ?? ""}
          onChange={(event) => setForm({ ...form, supplier: event.target.value })}
        >
          <option value="" disabled>
            {suppliers.isPending ? "Loading" : "Choose"}
          </option>
          {suppliers.data?.map((supplier) => (
            <option key={supplier.code} value={supplier.code}>
              {`${supplier.name} (${supplier.code})`}
            </option>
          ))}
        </SelectField>
      </EditForm>
    </Dialog>
  );
}
