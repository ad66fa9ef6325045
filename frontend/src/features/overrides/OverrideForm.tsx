import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { type ApiError, asApiError } from "@/api/errors";
import { Button, CheckBox, SelectField, TextField } from "@/components/ui/controls";
import { Problem } from "@/components/ui/Problem";
import { useAct } from "@/lib/acts";
import { day, units } from "@/lib/format";
import { useDebounced } from "@/lib/hooks";
import { Conflict } from "./Conflict";
import { cleaned, complete, effectText, KINDS, type Kind, lastWeek, type Target } from "./logic";

interface Props {
  target: Target;
  weeks: string[];
}

const FIELDS = ["value", "first_week", "reason", "expires_on"];
const START = {
  kind: "percent" as Kind,
  value: "",
  per: "week" as "week" | "total",
  count: "4",
  reason: "",
  expires: "",
  lock: false,
};

/** What a planner says instead of the model; what it would do is shown before it is done. */
export function OverrideForm({ target, weeks }: Props) {
  const [first, setFirst] = useState(weeks[0] ?? "");
  const [form, setForm] = useState(START);
  const [revision, setRevision] = useState<number | null>(null);
  const set = (change: Partial<typeof START>) => setForm((before) => ({ ...before, ...change }));
  const body = (): Schemas["OverrideIn"] => ({
    ...target,
    first_week: first,
    last_week: lastWeek(weeks, first, Number(form.count) || 1),
    kind: form.kind,
    value: cleaned(form.kind, form.value),
    per: form.kind === "percent" ? "week" : form.per,
    reason: form.reason.trim() || "preview",
    expires_on: form.expires.trim() || null,
    lock: form.lock,
    revision: revision ?? 0,
    dry_run: false,
  });
  const asked = useDebounced(complete(form.kind, form.value) && first ? JSON.stringify(body()) : "", 300);
  const preview = useQuery({
    queryKey: ["overrides", "preview", asked],
    queryFn: () =>
      data(api.POST("/api/overrides", { body: { ...JSON.parse(asked), reason: "preview", dry_run: true } })),
    enabled: asked !== "",
    retry: false,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
  // The plan that the planner began on: somebody else's change after it is a conflict, not something to overwrite.
  useEffect(() => {
    if (revision === null && preview.data) setRevision(preview.data.revision);
  }, [revision, preview.data]);
  const save = useAct({
    send: (on: number) => data(api.POST("/api/overrides", { body: { ...body(), revision: on } })),
    stale: ["overrides", "forecast", "replenishment"],
    said: (effect) => `Override saved: ${effectText(effect)}.`,
    onDone: () => {
      setForm({ ...START, kind: form.kind });
      setRevision(null);
    },
  });
  const refused: ApiError | null = save.error
    ? asApiError(save.error)
    : asked && preview.error
      ? asApiError(preview.error)
      : null;
  const conflict = refused?.code === "revision_conflict";
  const shownEffect = asked && !preview.isError ? preview.data : undefined;
  const kind = KINDS.find((item) => item.value === form.kind) ?? KINDS[0];
  const ready = complete(form.kind, form.value) && form.reason.trim().length >= 3 && revision !== null;
  return (
    <form
      className="flex flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && revision !== null) save.mutate(revision);
      }}
    >
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[1fr_84px_1fr_1fr]">
        <SelectField
          label="From the week of"
          value={first}
          onChange={(event) => setFirst(event.target.value)}
        >
          {weeks.map((week) => (
            <option key={week} value={week}>
              {day(week)}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Weeks"
          inputMode="numeric"
          value={form.count}
          error={refused?.field("first_week")}
          onChange={(event) => set({ count: event.target.value.replaceAll(/\D/g, "").slice(0, 2) })}
        />
        <SelectField
          label="Say it in"
          value={form.kind}
          onChange={(event) => set({ kind: event.target.value as Kind, value: "" })}
        >
          {KINDS.map((item) => (
            <option key={item.value} value={item.value}>
              {item.label}
            </option>
          ))}
        </SelectField>
        <TextField
          label={form.kind === "percent" ? "Change in %" : form.kind === "units" ? "Units" : "Formula"}
          hint={kind.hint}
          placeholder={kind.placeholder}
          maxLength={40}
          value={form.value}
          error={refused?.field("value")}
          onChange={(event) => set({ value: event.target.value })}
        />
      </div>
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(0,1fr)_140px]">
        <TextField
          label="Reason"
          placeholder="Why you know better than the model"
          maxLength={500}
          value={form.reason}
          error={save.error ? refused?.field("reason") : undefined}
          onChange={(event) => set({ reason: event.target.value })}
        />
        <TextField
          label="Expires on (optional)"
          placeholder="YYYY-MM-DD"
          pattern="\d{4}-\d{2}-\d{2}"
          value={form.expires}
          error={refused?.field("expires_on")}
          onChange={(event) => set({ expires: event.target.value })}
        />
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        {form.kind !== "percent" && (
          <CheckBox
            checked={form.per === "total"}
            onChange={(whole) => set({ per: whole ? "total" : "week" })}
          >
            In all, not each week
          </CheckBox>
        )}
        <CheckBox checked={form.lock} onChange={(lock) => set({ lock })}>
          Lock it against others
        </CheckBox>
        <p role="status" className="ml-auto text-ink-2">
          {shownEffect && (
            <>
              {units(shownEffect.before_total)} →{" "}
              <strong className="text-ink">{units(shownEffect.after_total)} units</strong>
              {shownEffect.cells > 1 && ` over ${shownEffect.cells} weeks of forecast`}
            </>
          )}
        </p>
        <Button look="primary" type="submit" disabled={!ready || save.isPending}>
          {save.isPending ? "Saving" : "Save override"}
        </Button>
      </div>
      {conflict ? (
        <Conflict
          target={target}
          since={revision ?? 0}
          onAgain={(now) => {
            setRevision(now);
            save.mutate(now);
          }}
        />
      ) : (
        refused && !FIELDS.some((name) => refused.field(name)) && <Problem error={refused} />
      )}
    </form>
  );
}
