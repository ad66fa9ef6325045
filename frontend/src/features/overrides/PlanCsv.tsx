import clsx from "clsx";
import { Download, FileUp } from "lucide-react";
import { useState } from "react";
import { raw, type Schemas } from "@/api/client";
import type { ApiError } from "@/api/errors";
import { OverrideIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { Button, buttonLook, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { useAct } from "@/lib/acts";
import { save } from "@/lib/csv";
import { plural } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { effectText, planFile, revisionOf, type Target } from "./logic";

function query(target: Target): string {
  const given = Object.entries(target).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return new URLSearchParams(given).toString();
}

/** The plan as a table: out, changed in a spreadsheet, and back in. */
export function PlanCsv({ target }: { target: Target }) {
  const [file, setFile] = useState<File | null>(null);
  const write = useAct({
    send: async () => {
      const response = await raw(`/api/overrides/table.csv?${query(target)}`);
      save(await response.blob(), planFile(target, Number(response.headers.get("x-plan-revision") ?? 0)));
    },
    stale: [],
    refusedAloud: true,
  });
  return (
    <>
      <Button disabled={write.isPending} onClick={() => write.mutate()}>
        <Download size={14} aria-hidden /> {t("Plan as CSV")}
      </Button>
      {may("planner") && (
        <label
          className={clsx(
            buttonLook(),
            "cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
          )}
        >
          <FileUp size={14} aria-hidden /> {t("Bring back")}
          <input
            type="file"
            accept=".csv"
            className="sr-only"
            aria-label={t("Bring back a changed plan")}
            onChange={(event) => {
              setFile(event.target.files?.[0] ?? null);
              event.target.value = "";
            }}
          />
        </label>
      )}
      {file && <Upload file={file} onClose={() => setFile(null)} />}
    </>
  );
}

function Upload({ file, onClose }: { file: File; onClose: () => void }) {
  const revision = revisionOf(file.name);
  const form = useForm({
    fields: { reason: OverrideIn.reason },
    start: { reason: "" },
    send: async ({ reason }) => {
      const given = new URLSearchParams({ reason, revision: String(revision ?? 0) });
      const response = await raw(`/api/overrides/table.csv?${given}`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body: file,
      });
      return (await response.json()) as Schemas["OverrideEffect"];
    },
    stale: ["overrides", "forecast", "replenishment"],
    said: (effect) =>
      effect.cells ? t("Plan taken: {0}.", effectText(effect)) : t("The file says what is so already."),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Bring back {0}", file.name)} onClose={onClose}>
      <Form
        form={{ ...form, refused: null }}
        does={t("Take the plan")}
        ready={revision !== null}
        onCancel={onClose}
      >
        <p className="text-ink-2">
          {t(
            "Rows whose forecast was changed become an override; the others change nothing. One fault anywhere, and nothing is changed.",
          )}
        </p>
        {revision === null && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
            {t(
              "The name does not say which plan this file was made from. Export the plan, and change that file.",
            )}
          </p>
        )}
        <TextField label={t("Reason")} {...form.field("reason")} />
        {form.error && <Faults error={form.error} />}
      </Form>
    </Dialog>
  );
}

const TOLD = 8;

/** The faults of a file stand in its lines, which no field shows. */
function Faults({ error }: { error: ApiError }) {
  const rest = error.fields.length - TOLD;
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      <p>
        {error.code === "revision_conflict"
          ? t(
              "Somebody changed the plan after this file was made. Export it anew and carry your changes over; nothing was changed.",
            )
          : error.message}
      </p>
      {error.fields.length > 0 && (
        <ul className="pt-1 text-ink-2">
          {error.fields.slice(0, TOLD).map((fault) => (
            <li key={`${fault.field} ${fault.code}`}>{`${fault.field}: ${fault.message}`}</li>
          ))}
          {rest > 0 && <li>{t("and {0}", plural(rest, "more fault"))}</li>}
        </ul>
      )}
    </div>
  );
}
