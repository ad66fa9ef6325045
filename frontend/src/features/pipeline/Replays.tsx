import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ReplayIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { optional, text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, CheckBox, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { JobCard } from "@/components/ui/JobCard";
import { Badge, Empty, type Tone } from "@/components/ui/states";
import { ago, count, day, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Replay = Schemas["ReplayOut"];
const ENDED = ["succeeded", "failed", "cancelled"];
const TONES: Record<string, Tone> = { succeeded: "good", failed: "bad" };
const AGAIN_MS = 2000;
const CODES = optional(text({ max: 2000 }));

/** What a replay reads again, in words. */
export function scopeText(scope: Replay["scope"]): string {
  const { first_week: first, last_week: last, skus, recorded_from: since } = scope as Record<string, unknown>;
  const parts = [
    weeksText(first, last),
    since ? t("what was recorded since {0}", day(String(since))) : "",
    Array.isArray(skus) ? codesText(skus) : "",
  ].filter(Boolean);
  return parts.join(", ") || t("everything");
}

function weeksText(first: unknown, last: unknown): string {
  if (first && last) return t("weeks from {0} to {1}", day(String(first)), day(String(last)));
  if (first) return t("weeks from {0}", day(String(first)));
  return last ? t("weeks to {0}", day(String(last))) : "";
}

const NAMED = 3;

function codesText(skus: readonly unknown[]): string {
  const named = skus.slice(0, NAMED).join(", ");
  return skus.length > NAMED ? t("{0} and {1} more", named, count(skus.length - NAMED)) : named;
}

const COLUMNS: readonly Column<Replay>[] = [
  { id: "version", label: t("Replay"), width: 110, file: "version", cell: (replay) => replay.version },
  {
    id: "what",
    label: t("What was read again"),
    width: 200,
    file: { Scope: "scope", Retrained: "retrain" },
    cell: (replay) =>
      replay.retrain ? t("{0}, then trained", scopeText(replay.scope)) : scopeText(replay.scope),
  },
  {
    id: "status",
    label: t("Status"),
    width: 120,
    file: { Status: "status", Message: "message" },
    cell: (replay) => (
      <>
        <Badge tone={TONES[replay.status] ?? "plain"}>{words(replay.status)}</Badge>
        {replay.message && <span className="block pt-1 text-meta text-ink-3">{heard(replay.message)}</span>}
      </>
    ),
  },
  {
    id: "asked",
    label: t("Asked for"),
    width: 130,
    from: "sm",
    file: { "Asked for": "requested_at", By: "requested_by" },
    cell: (replay) => (
      <span className="text-ink-2">{t("{0} by {1}", ago(replay.requested_at), replay.requested_by)}</span>
    ),
  },
];

/** The history made again from the log of sales, beside the live one, which goes on meanwhile. */
export function Replays() {
  const [starting, setStarting] = useState(false);
  const rows = usePages(
    "/api/replays",
    { query: { limit: 50 } },
    { again: (known) => (known.some((replay) => !ENDED.includes(replay.status)) ? AGAIN_MS : false) },
  );
  const running = rows.rows?.filter((replay) => !ENDED.includes(replay.status)) ?? [];
  return (
    <>
      {running.map((replay) => (
        <JobCard
          key={replay.id}
          title={t("Replay {0}", replay.version)}
          note={words(replay.stage ?? replay.status)}
          done={replay.done}
          total={replay.total}
          rate={replay.rate}
          each={t("records")}
          secondsLeft={replay.seconds_left}
        >
          {may("operator") && <Cancel replay={replay} />}
        </JobCard>
      ))}
      <ListCard
        title={t("Replays")}
        note={t("the history made again from the log")}
        label={t("Replays")}
        one="replay"
        columns={COLUMNS}
        rows={rows}
        rowKey={(replay) => replay.id}
        empty={
          <Empty title={t("Nothing was replayed yet")}>
            {t("Not needed unless the history is in doubt.")}
          </Empty>
        }
        actions={may("operator") && <Button onClick={() => setStarting(true)}>{t("Replay")}</Button>}
      />
      {starting && <StartReplay onClose={() => setStarting(false)} />}
    </>
  );
}

function Cancel({ replay }: { replay: Replay }) {
  return (
    <ConfirmButton
      label={t("Cancel")}
      look="danger"
      title={t("Cancel replay {0}", replay.version)}
      does={t("Cancel the replay")}
      send={() =>
        data(api.POST("/api/replays/{replay_id}/cancel", { params: { path: { replay_id: replay.id } } }))
      }
      stale={["replays"]}
    >
      {t(
        "{0} of {1} {1:record was/records were} read for nothing. The history stays as it is.",
        count(replay.done),
        count(replay.total),
      )}
    </ConfirmButton>
  );
}

function StartReplay({ onClose }: { onClose: () => void }) {
  const [retrain, setRetrain] = useState(false);
  const form = useForm({
    fields: { from: ReplayIn.from, to: ReplayIn.to, skus: CODES },
    start: { from: "", to: "", skus: "" },
    send: ({ from, to, skus }) =>
      data(
        api.POST("/api/replays", {
          body: { from, to, skus: skus?.split(/[\s,;]+/) ?? null, retrain, trust_log: false },
        }),
      ),
    stale: ["replays"],
    said: ({ version }) => t("Replay {0} was asked for.", version),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Replay the log of sales")} onClose={onClose}>
      <Form form={form} does={t("Replay")} doing={t("Asking")} onCancel={onClose} columns deliberate>
        <p className="text-ink-2 sm:col-span-2">
          {t(
            "The history is made again beside the live one, compared, and takes its place where they differ. Sales and forecasts go on meanwhile. Left empty, everything is read.",
          )}
        </p>
        <DayField label={t("Sold from (optional)")} {...form.field("from")} />
        <DayField label={t("Sold to (optional)")} {...form.field("to")} />
        <div className="sm:col-span-2">
          <TextField
            label={t("Only these product codes (optional)")}
            hint={t("Several after a comma")}
            {...form.field("skus")}
          />
        </div>
        <div className="sm:col-span-2">
          <CheckBox checked={retrain} onChange={setRetrain}>
            {t("Train anew afterwards")}
          </CheckBox>
        </div>
      </Form>
    </Dialog>
  );
}
