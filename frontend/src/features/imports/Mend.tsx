import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { Form } from "@/components/form/Form";
import { checked, type Typed } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { plural } from "@/lib/format";

type Line = Schemas["RejectedLine"];
type Mended = Schemas["MendOut"];

interface Props {
  job: string;
  line: Line;
}

/** A failed line, corrected where it stands and run again. */
export function FixLine({ job, line }: Props) {
  const [open, setOpen] = useState(false);
  if (!line.cells) return null;
  return (
    <>
      <Button aria-label={`Fix line ${line.line}`} onClick={() => setOpen(true)}>
        Fix
      </Button>
      {open && <FixDialog job={job} line={line} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A cell as it should be; it may be empty, as in the file. */
const CELL: Typed<string> = {
  ...checked(
    () => undefined,
    (typed) => typed,
    2000,
  ),
  needed: false,
};

function FixDialog({ job, line, onClose }: Props & { onClose: () => void }) {
  const cells = { ...line.cells, ...line.mended };
  // Columns are the file's own words; as fields they are named by their place.
  const columns = Object.keys(cells);
  const nameOf = (place: number) => `cell ${place}`;
  const of = <Value,>(value: (column: string) => Value) =>
    Object.fromEntries(columns.map((column, place) => [nameOf(place), value(column)]));
  const [faults, setFaults] = useState<Mended["faults"]>([]);
  const form = useForm<Record<string, Typed<string>>, Mended>({
    fields: of(() => CELL),
    start: of((column) => cells[column] ?? ""),
    send: (typed) => {
      const said = Object.fromEntries(columns.map((column, place) => [column, typed[nameOf(place)] ?? ""]));
      const lines = [{ line: line.line, cells: said }];
      return data(
        api.POST("/api/imports/{import_id}/mend", {
          params: { path: { import_id: job } },
          body: { lines, dry_run: false },
        }),
      );
    },
    stale: ["imports", "sales"],
    onDone: (answer) => {
      setFaults(answer.faults);
      if (answer.faults.length === 0) onClose();
    },
  });
  const faultOf = (column: string) =>
    faults.find((fault) => fault.column === column)?.message ??
    (line.column === column && faults.length === 0 ? (line.message ?? undefined) : undefined);
  const elsewhere = faults.filter((fault) => !columns.includes(fault.column));
  return (
    <Dialog title={`Line ${line.line}`} onClose={onClose} wide={columns.length > 6}>
      <Form form={form} does="Run it again" doing="Running" onCancel={onClose} columns>
        {!columns.includes(line.column ?? "") && (
          <p className="rounded-md bg-bad-soft px-3 py-2 text-bad sm:col-span-2">{line.message}</p>
        )}
        {elsewhere.map((fault) => (
          <p
            key={fault.code}
            role="alert"
            className="rounded-md bg-bad-soft px-3 py-2 text-bad sm:col-span-2"
          >
            {fault.message}
          </p>
        ))}
        {columns.map((column, place) => (
          <TextField
            key={column}
            label={column}
            data-autofocus={column === line.column || undefined}
            {...form.field(nameOf(place))}
            error={faultOf(column)}
          />
        ))}
      </Form>
    </Dialog>
  );
}

/** How far the last work on an import that had ended is: its failed lines run again, or all of it taken back. */
export function FollowUp({ what, work }: { what: string; work: Schemas["FollowUp"] | null | undefined }) {
  if (!work) return null;
  const ended = work.finished_at !== null;
  return (
    <p role="status" className="rounded-md bg-sunken px-3 py-2 text-ink-2">
      {`${what} ${ended ? "done" : "at it"}: ${plural(work.done, "line")} of ${work.total}, asked for by ${work.requested_by}.`}
      {work.message && ` ${work.message}`}
    </p>
  );
}
