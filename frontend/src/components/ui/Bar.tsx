import clsx from "clsx";

interface Props {
  share: number;
  /** Where it should be. */
  mark?: number;
  className?: string;
  tone?: string;
}

/** A share as a bar, with a mark where it should be. The figure beside it says the same. */
export function Bar({ share, mark, className = "w-24", tone = "bg-ink-3" }: Props) {
  const within = (value: number) => `${Math.max(0, Math.min(1, value)) * 100}%`;
  return (
    <span aria-hidden className={clsx("relative mt-1 block h-1 rounded-full bg-line", className)}>
      <i className={clsx("absolute inset-y-0 left-0 rounded-full", tone)} style={{ width: within(share) }} />
      {mark !== undefined && (
        <i className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: within(mark) }} />
      )}
    </span>
  );
}

/** A figure of a right-aligned column, over a bar of what it is of the largest. */
export function Weighed({ share, children }: { share: number; children: React.ReactNode }) {
  return (
    <>
      <span className="font-semibold">{children}</span>
      <span aria-hidden className="mt-1 ml-auto flex h-1 w-20 justify-end rounded-full bg-line">
        <i className="rounded-full bg-ink-3" style={{ width: `${Math.max(0, Math.min(1, share)) * 100}%` }} />
      </span>
    </>
  );
}
