/** What an import's status means. */
import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";
import { count } from "@/lib/format";
import { t } from "@/lib/texts";

export type Import = Schemas["ImportOut"];

/** How many of a file's lines are read. */
export const linesOf = ({ done, total }: { done: number; total: number | null }) =>
  total === null
    ? t("{0} of an unknown number of lines", count(done))
    : t("{0} of {1} {1:line/lines}", count(done), count(total));

const RUNNING = ["waiting", "running", "claimed"];
export const running = (status: string) => RUNNING.includes(status);
export const tone = (status: string): Tone =>
  status === "succeeded" || status === "done"
    ? "good"
    : status === "failed"
      ? "bad"
      : running(status)
        ? "info"
        : "plain";
