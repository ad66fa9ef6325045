import type { ReactNode } from "react";
import { Card } from "./states";

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
  value,
  loading,
  children,
}: {
  label: string;
  value: ReactNode;
  loading: boolean;
  children?: ReactNode;
}) {
  return (
    <div className="min-w-44 flex-1 snap-start border-r border-line px-4 py-3 last:border-r-0">
      <p className="text-sec text-ink-2">{label}</p>
      {loading ? (
        <div className="skeleton my-1 h-6 w-24" />
      ) : (
        <p className="text-kpi font-semibold tracking-tight whitespace-nowrap">{value}</p>
      )}
      <p className="min-h-4 text-meta text-ink-3">{loading ? "" : children}</p>
    </div>
  );
}
