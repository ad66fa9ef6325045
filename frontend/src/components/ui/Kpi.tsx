import type { ReactNode } from "react";
import { Card } from "./states";
import { Term, type Word } from "./Term";

/** A row of figures; on a phone it scrolls sideways. */
export function KpiRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Card className="min-w-0">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable with the keyboard */}
      <section aria-label={label} tabIndex={0} className="flex snap-x overflow-x-auto rounded-[10px]">
        {children}
      </section>
    </Card>
  );
}

export function Kpi({
  label,
  term,
  value,
  loading,
  children,
}: {
  label: string;
  /** The word of the glossary that its name explains. */
  term?: Word;
  value: ReactNode;
  loading: boolean;
  children?: ReactNode;
}) {
  return (
    <div
      aria-busy={loading || undefined}
      className="min-w-44 flex-1 snap-start border-r border-line px-4 py-3 last:border-r-0"
    >
      <p className="text-sec text-ink-2">{term ? <Term of={term}>{label}</Term> : label}</p>
      {loading ? (
        <div className="skeleton my-1 h-6 w-24" />
      ) : (
        <p className="text-kpi font-semibold tracking-tight whitespace-nowrap">{value}</p>
      )}
      <p className="min-h-8 text-meta text-ink-3">{loading ? "" : children}</p>
    </div>
  );
}
