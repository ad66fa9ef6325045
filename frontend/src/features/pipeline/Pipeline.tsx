import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { statusQuery } from "@/api/queries";
import { Spark } from "@/components/charts/Spark";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { ago, count, plural, words } from "@/lib/format";
import { may } from "@/lib/session";
import { DeadLetters } from "./DeadLetters";
import { LiveEvents } from "./LiveEvents";

type Status = Schemas["Status"];
const POINTS = 60;

/** The one sentence of the page, derived from what was measured. */
export function sentence(status: Pick<Status, "consumers" | "degraded">): string {
  if (status.degraded.length) return `Not answering or not ready: ${status.degraded.join(", ")}.`;
  const behind = (status.consumers ?? []).filter((consumer) => consumer.behind > 0);
  if (!status.consumers?.length) return "No consumer has read anything yet.";
  if (!behind.length) return "Every event is applied.";
  return `${plural(behind.length, "consumer")} of ${status.consumers.length} catching up.`;
}

export function Pipeline() {
  const status = useQuery(statusQuery);
  const trail = useTrail(status.data);
  return (
    <>
      <PageHead text={status.data ? sentence(status.data) : " "}>
        {status.data && (
          <span className="text-sec text-ink-3">measured {ago(status.data.measured_at * 1000)}</span>
        )}
      </PageHead>
      {status.isError && !status.data ? (
        <Card>
          <ErrorCard title="The status" error={status.error} onRetry={() => void status.refetch()} />
        </Card>
      ) : status.isPending ? (
        <Card>
          <SkeletonRows rows={3} />
        </Card>
      ) : (
        <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
          {(status.data?.consumers ?? []).map((consumer) => (
            <Card key={`${consumer.service} ${consumer.name}`} className="p-4">
              <div className="flex items-center justify-between gap-2">
                <h2 className="truncate font-medium">{`${consumer.service} · ${words(consumer.name)}`}</h2>
                <Badge tone={consumer.behind ? "warn" : "good"}>
                  {consumer.behind ? "Catching up" : "Up to date"}
                </Badge>
              </div>
              <div className="flex items-end justify-between pt-1">
                <p>
                  <span className="text-kpi font-semibold">{count(consumer.behind)}</span>{" "}
                  <span className="text-ink-2">behind</span>
                </p>
                <Spark values={trail[`${consumer.service}.${consumer.name}`] ?? []} className="text-accent" />
              </div>
            </Card>
          ))}
        </div>
      )}
      {status.data && <Services status={status.data} />}
      <div className="mt-4 grid gap-4 xl:grid-cols-2">
        {may("operator") ? (
          <DeadLetters />
        ) : (
          <Card>
            <CardHead title="Dead letters" />
            <Empty title="Only for operators">Your role may not see the content of failed events.</Empty>
          </Card>
        )}
        <LiveEvents />
      </div>
    </>
  );
}

/** The last measurements of each consumer. */
function useTrail(status: Status | undefined): Record<string, number[]> {
  const [trail, setTrail] = useState<Record<string, number[]>>({});
  useEffect(() => {
    if (!status?.consumers) return;
    const now = status.consumers;
    setTrail((before) =>
      Object.fromEntries(
        now.map((consumer) => {
          const name = `${consumer.service}.${consumer.name}`;
          return [name, [...(before[name] ?? []), consumer.behind].slice(-POINTS)];
        }),
      ),
    );
  }, [status]);
  return trail;
}

function Services({ status }: { status: Status }) {
  return (
    <ul className="flex flex-wrap gap-2 pt-3">
      {status.services.map((service) => {
        const failing = Object.entries(service.checks).filter(([, result]) => result !== "ok");
        return (
          <li key={service.name}>
            <Badge tone={service.ready ? "good" : "bad"}>
              {`${service.name}: ${service.ready ? "ready" : failing.map(([name, result]) => `${name} ${result}`).join(", ") || "not ready"}`}
            </Badge>
          </li>
        );
      })}
    </ul>
  );
}
