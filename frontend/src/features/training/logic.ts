/** What the runs tell. Pure. */
import type { Schemas } from "@/api/client";

type Run = Pick<Schemas["RunOut"], "id" | "published_at" | "series">;

/** The run whose forecasts everybody sees: the one that was published last. */
export function liveOf<T extends Run>(runs: T[]): T | undefined {
  return runs.reduce<T | undefined>(
    (newest, run) => (run.published_at && run.published_at > (newest?.published_at ?? "") ? run : newest),
    undefined,
  );
}

export interface Cause {
  name: string;
  from: number;
  to: number;
  change: number;
}

/** The causes of a difference one after the other, from the first total to the second: a waterfall. */
export function waterfall(difference: {
  total_before: number;
  data: number;
  model: number;
  override: number;
}): Cause[] {
  let at = difference.total_before;
  return (["data", "model", "override"] as const).map((name) => {
    const change = difference[name];
    const cause = { name, from: at, to: at + change, change };
    at += change;
    return cause;
  });
}
