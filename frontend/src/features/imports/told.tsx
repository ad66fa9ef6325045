/** What an import's card and list say alike, whether its lines are sales or the shop's other things. */

import type { ReactNode } from "react";
import type { Column } from "@/components/table/columns";
import { Progress } from "@/components/ui/states";
import { ago, count } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";

interface Job {
  name: string;
  status: string;
  done: number;
  total: number | null;
  message: string | null;
  warnings: string[];
}

interface Props {
  job: Job;
  /** How far it is, and how it stands. */
  read: ReactNode;
  stands: ReactNode;
  figures: readonly (readonly [string, number])[];
  /** What follows the figures: what was mended, taken back. */
  children?: ReactNode;
}

/** How far an import is, what it says, what became of its lines, and what is odd about its file. */
export function ToldOf({ job, read, stands, figures, children }: Props) {
  return (
    <div className="flex flex-col gap-3 p-4">
      <Progress label={t("Import of {0}", job.name)} done={job.done} total={job.total} />
      <p className="flex flex-wrap justify-between gap-x-4 text-ink-2">
        <span>{read}</span>
        <span>{stands}</span>
      </p>
      {job.message && (
        <p className={job.status === "failed" ? "text-bad" : "text-ink-2"}>{heard(job.message)}</p>
      )}
      <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt className="text-sec text-ink-2">{label}</dt>
            <dd className="text-kpi font-semibold">{count(value)}</dd>
          </div>
        ))}
      </dl>
      {children}
      {job.warnings.map((warning) => (
        <p key={warning} className="rounded-md bg-warn-soft px-3 py-2 text-warn">
          {heard(warning)}
        </p>
      ))}
    </div>
  );
}

/** That an import is final, and why. */
export const finalText = (why: string | null): string =>
  why ? t("It cannot be undone: {0}.", heard(why)) : t("It cannot be undone.");

/** Who started an import, and when. */
export const STARTED: readonly Column<{ created_by: string; created_at: string }>[] = [
  {
    id: "by",
    label: t("By"),
    width: 100,
    from: "md",
    file: "created_by",
    cell: (item) => item.created_by,
  },
  {
    id: "started",
    label: t("Started"),
    width: 110,
    from: "md",
    file: "created_at",
    cell: (item) => <span className="whitespace-nowrap">{ago(item.created_at)}</span>,
  },
];
