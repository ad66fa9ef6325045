import type { ReactNode } from "react";
import { count, duration } from "@/lib/format";
import { t } from "@/lib/texts";
import { Card, CardHead, Progress } from "./states";

interface Props {
  title: string;
  note: string;
  done: number;
  /** Null or nothing while it is not known. */
  total: number | null;
  /** What it does a second, of `each`. */
  rate?: number | null | undefined;
  each?: string;
  secondsLeft: number | null | undefined;
  /** How it is stopped. */
  children?: ReactNode;
}

/** A long job while it runs: how far it is, how fast, how long still. It goes on when the page is left. */
export function JobCard({ title, note, done, total, rate, each = "", secondsLeft, children }: Props) {
  const known = secondsLeft !== null && secondsLeft !== undefined;
  return (
    <Card>
      <CardHead title={title} note={note}>
        {children}
      </CardHead>
      <div className="flex flex-col gap-2 p-4">
        <Progress label={title} done={done} total={total || null} />
        <p className="flex flex-wrap justify-between gap-x-4 text-ink-2">
          <span>{total ? t("{0} of {1}", count(done), count(total)) : t("Preparing")}</span>
          {rate ? <span>{t("{0} {1} a second", count(rate), each)}</span> : null}
          <span>{known ? t("about {0} left", duration(secondsLeft)) : ""}</span>
        </p>
      </div>
    </Card>
  );
}
