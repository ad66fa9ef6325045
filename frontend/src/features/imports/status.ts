/** What an import's status means. */
import type { Schemas } from "@/api/client";
import type { Tone } from "@/components/ui/states";

export type Import = Schemas["ImportOut"];

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
