import clsx from "clsx";

/** A share as a bar, with a mark where it should be. The figure beside it says the same. */
export function Bar({
  share,
  mark,
  className = "w-24",
  tone = "bg-ink-3",
}: {
  share: number;
  mark?: number;
  className?: string;
  tone?: string;
}) {
  const within = (value: number) => `${Math.max(0, Math.min(1, value)) * 100}%`;
  return (
    <span aria-hidden className={clsx("relative block h-1.5 rounded-full bg-line", className)}>
      <i className={clsx("absolute inset-y-0 left-0 rounded-full", tone)} style={{ width: within(share) }} />
      {mark !== undefined && (
        <i className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: within(mark) }} />
      )}
    </span>
  );
}
