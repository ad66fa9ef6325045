import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { asApiError } from "@/api/errors";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { SelectField, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { KIND_CODES, PROMOTION_KINDS } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";
import { AskedFor } from "./Asking";
import { ScopeFields } from "./ScopeFields";
import { askedOf, askedScope, FIELDS, placed, type Scope, searchFrom, typedOf } from "./scenario";
import type { WhatIfSearch } from "./search";
import { scenarioQuery } from "./useScenario";

interface Props {
  search: WhatIfSearch;
  onTold: (search: WhatIfSearch) => void;
}

/** Which products, and what would be otherwise of them. What the API refuses stands at its field. */
export function Scenario({ search, onTold }: Props) {
  const client = useQueryClient();
  const form = useForm({
    fields: FIELDS,
    start: typedOf(search),
    send: async (values) => {
      const next = searchFrom(values);
      try {
        await client.fetchQuery(scenarioQuery(askedOf(next)));
      } catch (error) {
        throw placed(asApiError(error));
      }
      return next;
    },
    stale: [],
    onDone: onTold,
  });
  const scope = JSON.parse(form.typed.scope) as Scope;
  return (
    <Form
      form={form}
      does={t("See what it does")}
      doing={t("Asking …")}
      note={form.busy && <AskedFor scope={askedScope(scope)} />}
    >
      <ScopeFields
        scope={scope}
        onChange={(scope) => form.set({ scope: JSON.stringify(scope) })}
        error={form.field("scope").error}
      />
      <Part title={t("A promotion")}>
        <TextField label={t("Name")} placeholder={t("What if")} {...form.field("name")} />
        <SelectField label={t("Kind")} {...form.field("kind")}>
          {KIND_CODES.map((kind) => (
            <option key={kind} value={kind}>
              {PROMOTION_KINDS[kind]}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t("Discount in per cent")}
          inputMode="decimal"
          placeholder="20"
          {...form.field("discount")}
        />
        <DayField label={t("First day")} {...form.field("starts")} />
        <DayField label={t("Last day")} {...form.field("ends")} />
      </Part>
      <Part title={t("Another price")}>
        <TextField label={t("New price")} inputMode="decimal" {...form.field("price")} />
        <TextField
          label={t("or change in %")}
          inputMode="decimal"
          placeholder={t("−10")}
          {...form.field("change")}
        />
        <DayField label={t("From")} {...form.field("price_from")} />
      </Part>
      <Part title={t("Other weather")}>
        <TextField
          label={t("Degrees warmer")}
          inputMode="decimal"
          placeholder="5"
          {...form.field("warmer")}
        />
        <TextField label={t("More rain in mm a day")} inputMode="decimal" {...form.field("wetter")} />
        <DayField label={t("From")} {...form.field("weather_from")} />
        <DayField label={t("Until")} {...form.field("weather_until")} />
      </Part>
      <Part title={t("Other terms")}>
        <TextField label={t("Lead time in days")} inputMode="decimal" {...form.field("lead_days")} />
        <TextField label={t("Service level in %")} inputMode="decimal" {...form.field("service_level")} />
        <DayField label={t("Last day on sale")} {...form.field("on_sale_until")} />
      </Part>
      <p className="text-sec text-ink-3">{t("What is left empty stays as it is planned.")}</p>
    </Form>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid min-w-0 grid-cols-2 items-start gap-3 border-t border-line pt-3">
      <legend className="float-left col-span-2 w-full pb-1 font-medium">{title}</legend>
      {children}
    </fieldset>
  );
}
