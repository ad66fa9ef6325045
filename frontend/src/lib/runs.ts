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

/** The weeks of a forecast by their first days. */
export function weeksFrom(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, place) =>
    new Date(Date.parse(`${first}T00:00:00Z`) + place * 7 * 86_400_000).toISOString().slice(0, 10),
  );
}
