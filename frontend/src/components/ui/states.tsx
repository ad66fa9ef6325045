/** Cards and the states that every one of them can be in. */

import clsx from "clsx";
import type { ReactNode } from "react";
import { asApiError } from "@/api/errors";
import { t } from "@/lib/texts";
import { Button } from "./controls";

export function Card({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <section
      className={clsx("rounded-[10px] border border-line bg-panel shadow-xs dark:shadow-none", className)}
    >
      {children}
    </section>
  );
}

export function CardHead({
  title,
  note,
  children,
}: {
  title: string;
  note?: ReactNode;
  children?: ReactNode;
}) {
  // It has the room of a button, which may come later than its title.
  return (
    <div className="flex min-h-[53px] flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2.5">
      <h2 className="text-title font-semibold">{title}</h2>
      {note && <p className="text-ink-3">{note}</p>}
      <div className="ml-auto flex max-w-full min-w-0 flex-wrap items-center gap-2">{children}</div>
    </div>
  );
}

const TONES = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-accent-soft text-accent",
  plain: "bg-sunken text-ink-2",
};
export type Tone = keyof typeof TONES;

export function Badge({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={clsx(
        "inline-flex h-5 items-center rounded px-1.5 text-meta font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <p className="font-medium">{title}</p>
      <div className="max-w-[52ch] text-ink-2">{children}</div>
    </div>
  );
}

export function ErrorCard({
  title,
  error,
  onRetry,
}: {
  title: string;
  error: unknown;
  onRetry?: () => void;
}) {
  const problem = asApiError(error);
  return (
    <div role="alert" className="m-4 flex flex-wrap items-center gap-3 rounded-lg bg-bad-soft px-4 py-3">
      <div className="min-w-0">
        <p className="font-medium text-bad">{t("{0} could not be loaded", title)}</p>
        <p className="text-ink-2">{problem.message}</p>
        {problem.requestId && <p className="text-meta text-ink-2">{t("Request {0}", problem.requestId)}</p>}
      </div>
      {onRetry && (
        <Button className="ml-auto" onClick={onRetry}>
          {t("Try again")}
        </Button>
      )}
    </div>
  );
}

export function SkeletonRows({ rows = 6, height = 52 }: { rows?: number; height?: number }) {
  return (
    <div aria-busy="true" role="status">
      <span className="sr-only">{t("Loading")}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-6 border-b border-line px-4" style={{ height }}>
          <div className="skeleton h-3.5 w-1/3" />
          <div className="skeleton h-3.5 w-1/6" />
          <div className="skeleton ml-auto h-3.5 w-1/6" />
        </div>
      ))}
    </div>
  );
}

export function Progress({ label, done, total }: { label: string; done: number; total: number | null }) {
  const share = total ? Math.min(1, done / total) : 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={total ? Math.round(share * 100) : undefined}
      className="h-1.5 overflow-hidden rounded-full bg-line"
    >
      <div
        className="h-full rounded-full bg-accent transition-[width]"
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
