import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { OverrideIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { decimal } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { CheckBox, SelectField, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Problem } from "@/components/ui/Problem";
import { day, units } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { t } from "@/lib/texts";
import { Conflict } from "./Conflict";
import { complete, effectText, KINDS, type Kind, lastWeek, type Target, valueField } from "./logic";

interface Props {
  target: Target;
  weeks: string[];
}

const { first_week, reason, expires_on } = OverrideIn;
const fieldsOf = (kind: Kind, weeks: string[]) => ({
  first_week,
  count: decimal({ min: 1, max: weeks.length }),
  value: valueField(kind),
  reason,
  expires_on,
});
type Values = { first_week: string; count: string; value: string; reason: string; expires_on: string | null };
type Effect = Schemas["OverrideEffect"];

/** What a planner says instead of the model; what it would do is shown before it is done. */
export function OverrideForm({ target, weeks }: Props) {
  const [kind, setKind] = useState<Kind>("percent");
  const [whole, setWhole] = useState(false);
  const [lock, setLock] = useState(false);
  // The plan that the planner began on: somebody else's change after it is a conflict, not something to overwrite.
  const [revision, setRevision] = useState<number | null>(null);
  const on = useRef(0);
  on.current = revision ?? 0;
  const bodyOf = (values: Values): Schemas["OverrideIn"] => ({
    ...target,
    first_week: values.first_week,
    last_week: lastWeek(weeks, values.first_week, Number(values.count)),
    kind,
    value: values.value,
    per: whole && kind !== "percent" ? "total" : "week",
    reason: values.reason,
    expires_on: values.expires_on,
    lock,
    revision: on.current,
    dry_run: false,
  });
  const form = useForm({
    fields: fieldsOf(kind, weeks),
    start: {
      first_week: weeks[0] ?? "",
      count: String(Math.min(4, weeks.length)),
      value: "",
      reason: "",
      expires_on: "",
    },
    send: (values) => data(api.POST("/api/overrides", { body: bodyOf(values) })),
    stale: ["overrides", "forecast", "replenishment"],
    said: (effect) => t("Override saved: {0}.", effectText(effect)),
    onDone: () => {
      form.reset();
      setRevision(null);
    },
  });
  const { typed, field } = form;
  const preview = usePreview(
    complete(kind, typed.value) ? form.part(["first_week", "count", "value"]) : null,
    bodyOf,
  );
  useEffect(() => {
    if (revision === null && preview.effect) setRevision(preview.effect.revision);
  }, [revision, preview.effect]);
  const hinted = KINDS.find((item) => item.value === kind) ?? KINDS[0];
  const told = (name: "first_week" | "value" | "expires_on") =>
    field(name).error ?? preview.refused?.field(name);
  const unplaced = preview.refused && preview.refused.fields.length === 0 ? preview.refused : null;
  return (
    <div className="p-4">
      <Form
        form={form}
        does={t("Save override")}
        doing={t("Saving")}
        ready={revision !== null}
        columns
        note={preview.effect && <EffectNote effect={preview.effect} />}
        end={
          form.error?.code === "revision_conflict" && (
            <div className="sm:col-span-2">
              <Conflict
                target={target}
                since={revision ?? 0}
                onAgain={(now) => {
                  setRevision(now);
                  on.current = now;
                  form.send();
                }}
              />
            </div>
          )
        }
      >
        <div className="grid grid-cols-[1fr_84px] items-start gap-3">
          <SelectField label={t("From the week of")} {...field("first_week")} error={told("first_week")}>
            {weeks.map((week) => (
              <option key={week} value={week}>
                {day(week)}
              </option>
            ))}
          </SelectField>
          <TextField label={t("Weeks")} inputMode="numeric" {...field("count")} />
        </div>
        <div className="grid grid-cols-2 items-start gap-3">
          <SelectField
            label={t("Say it in")}
            value={kind}
            onChange={(event) => {
              setKind(event.target.value as Kind);
              form.set({ value: "" });
            }}
          >
            {KINDS.map((item) => (
              <option key={item.value} value={item.value}>
                {item.label}
              </option>
            ))}
          </SelectField>
          <TextField
            label={kind === "percent" ? t("Change in %") : kind === "units" ? t("Units") : t("Formula")}
            hint={hinted.hint}
            placeholder={hinted.placeholder}
            {...field("value")}
            error={told("value")}
          />
        </div>
        <TextField
          label={t("Reason")}
          placeholder={t("Why you know better than the model")}
          {...field("reason")}
        />
        <DayField label={t("Expires on (optional)")} {...field("expires_on")} error={told("expires_on")} />
        <div className="flex flex-wrap items-center gap-x-5 gap-y-2 sm:col-span-2">
          {kind !== "percent" && (
            <CheckBox checked={whole} onChange={setWhole}>
              {t("In all, not each week")}
            </CheckBox>
          )}
          <CheckBox checked={lock} onChange={setLock}>
            {t("Lock it against others")}
          </CheckBox>
        </div>
        {unplaced && (
          <div className="sm:col-span-2">
            <Problem error={unplaced} />
          </div>
        )}
      </Form>
    </div>
  );
}

/** What saving would do, asked once typing pauses; what of it is refused before anything is saved. */
function usePreview(
  typed: { first_week: string; count: string; value: string } | null,
  bodyOf: (values: Values) => Schemas["OverrideIn"],
) {
  const body = typed && {
    ...bodyOf({ ...typed, reason: "preview", expires_on: null }),
    revision: 0,
    dry_run: true,
  };
  const asked = useDebounced(body ? JSON.stringify(body) : "", 300);
  const found = useQuery({
    queryKey: ["overrides", "preview", asked],
    queryFn: () => data(api.POST("/api/overrides", { body: JSON.parse(asked) })),
    enabled: asked !== "",
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  return {
    effect: asked && !found.isError ? found.data : undefined,
    refused: asked && found.error ? asApiError(found.error) : null,
  };
}

function EffectNote({ effect }: { effect: Effect }) {
  return (
    <>
      {units(effect.before_total)} →{" "}
      <strong className="text-ink">{t("{0} {0:unit/units}", units(effect.after_total))}</strong>
      {effect.cells > 1 && t(" over {0} {0:week/weeks} of forecast", effect.cells)}
    </>
  );
}
