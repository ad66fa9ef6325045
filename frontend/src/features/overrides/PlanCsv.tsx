import { useMutation, useQueryClient } from "@tanstack/react-query";
import clsx from "clsx";
import { Download, FileUp } from "lucide-react";
import { useState } from "react";
import { raw, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Button, buttonLook, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { plural } from "@/lib/format";
import { may } from "@/lib/session";
import { effectText, planFile, revisionOf, type Target } from "./logic";

function query(target: Target): string {
  const given = Object.entries(target).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return new URLSearchParams(given).toString();
}

/** The plan as a table: out, changed in a spreadsheet, and back in. */
export function PlanCsv({ target }: { target: Target }) {
  const [file, setFile] = useState<File | null>(null);
  const save = useMutation({
    mutationFn: async () => {
      const response = await raw(`/api/overrides/table.csv?${query(target)}`);
      const url = URL.createObjectURL(await response.blob());
      const link = document.createElement("a");
      link.href = url;
      link.download = planFile(target, Number(response.headers.get("x-plan-revision") ?? 0));
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    },
    onError: (error) => toast(`Not exported: ${asApiError(error).message}`),
  });
  return (
    <>
      <Button disabled={save.isPending} onClick={() => save.mutate()}>
        <Download size={14} aria-hidden /> Plan as CSV
      </Button>
      {may("planner") && (
        <label
          className={clsx(
            buttonLook(),
            "cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
          )}
        >
          <FileUp size={14} aria-hidden /> Bring back
          <input
            type="file"
            accept=".csv"
            className="sr-only"
            aria-label="Bring back a changed plan"
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
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const revision = revisionOf(file.name);
  const send = useMutation({
    mutationFn: async () => {
      const given = new URLSearchParams({ reason: reason.trim(), revision: String(revision ?? 0) });
      const response = await raw(`/api/overrides/table.csv?${given}`, {
        method: "POST",
        headers: { "content-type": "text/csv" },
        body: file,
      });
      return (await response.json()) as Schemas["OverrideEffect"];
    },
    onSuccess: (effect) => {
      toast(effect.cells ? `Plan taken: ${effectText(effect)}.` : "The file says what is so already.");
      void client.invalidateQueries({ queryKey: ["forecasts"] });
      onClose();
    },
  });
  const error = send.error ? asApiError(send.error) : null;
  return (
    <Dialog title={`Bring back ${file.name}`} onClose={onClose}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate();
        }}
      >
        <p className="text-ink-2">
          Rows whose forecast was changed become an override; the others change nothing. One fault anywhere,
          and nothing is changed.
        </p>
        {revision === null && (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">
            The name does not say which plan this file was made from. Export the plan, and change that file.
          </p>
        )}
        <TextField
          label="Reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {error && (
          <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            <p>
              {error.code === "revision_conflict"
                ? "Somebody changed the plan after this file was made. Export it anew and carry your changes over; nothing was changed."
                : error.message}
            </p>
            {error.fields.length > 0 && (
              <ul className="pt-1 text-ink-2">
                {error.fields.slice(0, 8).map((fault) => (
                  <li key={`${fault.field} ${fault.code}`}>{`${fault.field}: ${fault.message}`}</li>
                ))}
                {error.fields.length > 8 && <li>{`and ${plural(error.fields.length - 8, "more fault")}`}</li>}
              </ul>
            )}
          </div>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            disabled={send.isPending || revision === null || reason.trim().length < 3}
          >
            Take the plan
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
