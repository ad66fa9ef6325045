import { useState } from "react";
import type { Schemas } from "@/api/client";
import type { Stale } from "@/api/query";
import { Form } from "@/components/form/Form";
import { checked, type Typed } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { plural } from "@/lib/format";
import { heard } from "@/lib/heard";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

interface Fault {
  column: string;
  code: string;
  message: string;
}

/** A line that failed: its cells as they stand and as somebody has mended them, and what is wrong with them. */
export interface FailedLine {
  line: number;
  cells?: Record<string, string> | null;
  mended?: Record<string, string> | null;
  faults: readonly Fault[];
}

interface Props {
  line: FailedLine;
  /** Sends the corrected line; what is still wrong with it. */
  send: (line: Schemas["LineCells"]) => Promise<{ faults: readonly Fault[] }>;
  stale: readonly Stale[];
}

/** A failed line, corrected where it stands and run again. */
function FixLine(props: Props) {
  const [open, setOpen] = useState(false);
  const { line, cells } = props.line;
  if (!cells) return null;
  return (
    <>
      <Button aria-label={t("Fix line {0}", line)} onClick={() => setOpen(true)}>
        {t("Fix")}
      </Button>
      {open && <FixDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The column of a list of failed lines where those who may fix each; `of` says how one is sent. */
export const fixColumn = <Line,>(of: (line: Line) => Props): Column<Line> => ({
  id: "fix",
  label: t("Fix"),
  width: 90,
  align: "right",
  silent: true,
  cell: (line) => may("planner") && <FixLine {...of(line)} />,
});

/** A cell as it should be; it may be empty, as in the file. */
const CELL: Typed<string> = {
  ...checked(
    () => undefined,
    (typed) => typed,
    2000,
  ),
  needed: false,
};

function FixDialog({ line, send, stale, onClose }: Props & { onClose: () => void }) {
  const cells = { ...line.cells, ...line.mended };
  // Columns are the file's own words; as fields they are named by their place.
  const columns = Object.keys(cells);
  const nameOf = (place: number) => t("cell {0}", place);
  const of = <Value,>(value: (column: string) => Value) =>
    Object.fromEntries(columns.map((column, place) => [nameOf(place), value(column)]));
  const [faults, setFaults] = useState<readonly Fault[]>(line.faults);
  const form = useForm<Record<string, Typed<string>>, { faults: readonly Fault[] }>({
    fields: of(() => CELL),
    start: of((column) => cells[column] ?? ""),
    send: (typed) =>
      send({
        line: line.line,
        cells: Object.fromEntries(columns.map((column, place) => [column, typed[nameOf(place)] ?? ""])),
      }),
    stale,
    onDone: (answer) => {
      setFaults(answer.faults);
      if (answer.faults.length === 0) onClose();
    },
  });
  const elsewhere = faults.filter((fault) => !columns.includes(fault.column));
  const first = faults.find((fault) => columns.includes(fault.column))?.column;
  return (
    <Dialog title={t("Line {0}", line.line)} onClose={onClose} wide={columns.length > 6}>
      <Form form={form} does={t("Run it again")} doing={t("Running")} onCancel={onClose} columns>
        {elsewhere.map((fault) => (
          <p
            key={`${fault.column} ${fault.code}`}
            role="alert"
            className="rounded-md bg-bad-soft px-3 py-2 text-bad sm:col-span-2"
          >
            {heard(fault.message)}
          </p>
        ))}
        {columns.map((column, place) => (
          <TextField
            key={column}
            label={column}
            data-autofocus={column === first || undefined}
            {...form.field(nameOf(place))}
            error={heard(faults.find((fault) => fault.column === column)?.message ?? "") || undefined}
          />
        ))}
      </Form>
    </Dialog>
  );
}

type Work = Schemas["FollowUp"];
type Say = (lines: string, total: number, by: string) => string;

const FOLLOWED: Record<"mend" | "undo", Record<"going" | "done", Say>> = {
  mend: {
    going: (...said) => t("Failed lines run again: at it: {0} of {1}, asked for by {2}.", ...said),
    done: (...said) => t("Failed lines run again: done: {0} of {1}, asked for by {2}.", ...said),
  },
  undo: {
    going: (...said) => t("Taken back: at it: {0} of {1}, asked for by {2}.", ...said),
    done: (...said) => t("Taken back: done: {0} of {1}, asked for by {2}.", ...said),
  },
};

/** How far the last work on an import that had ended is: its failed lines run again, or all of it taken back. */
export function FollowUp({ what, work }: { what: keyof typeof FOLLOWED; work: Work | null | undefined }) {
  if (!work) return null;
  const { done, total, requested_by: by } = work;
  const say = FOLLOWED[what][work.finished_at === null ? "going" : "done"];
  return (
    <p role="status" className="rounded-md bg-sunken px-3 py-2 text-ink-2">
      {say(plural(done, "line"), total, by)}
      {work.message && ` ${heard(work.message)}`}
    </p>
  );
}
