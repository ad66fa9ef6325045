import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { statusQuery } from "@/api/queries";
import { Spark } from "@/components/charts/Spark";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { ago, count, words } from "@/lib/format";
import { roomOf, useRoom } from "@/lib/room";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";
import { DeadLetters } from "./DeadLetters";
import { LiveEvents } from "./LiveEvents";
import { Replays } from "./Replays";

type Status = Schemas["Status"];
const POINTS = 60;

/** The one sentence of the page, derived from what was measured. */
export function sentence(status: Pick<Status, "consumers" | "degraded">): string {
  if (status.degraded.length) return t("Not answering or not ready: {0}.", status.degraded.join(", "));
  const behind = (status.consumers ?? []).filter((consumer) => consumer.behind > 0);
  if (!status.consumers?.length) return t("No consumer has read anything yet.");
  if (!behind.length) return t("Every event is applied.");
  return tn(
    behind.length,
    "{0} consumer of {1} catching up.",
    "{0} consumers of {1} catching up.",
    count(behind.length),
    status.consumers.length,
  );
}

export function Pipeline() {
  const status = useQuery(statusQuery);
  const trail = useTrail(status.data);
  const consumers = useRoom<HTMLDivElement>("consumers");
  return (
    <>
      <PageHead text={status.data ? sentence(status.data) : " "}>
        {status.data && (
          <span className="text-sec text-ink-3">
            {t("measured {0}", ago(status.data.measured_at * 1000))}
          </span>
        )}
      </PageHead>
      {status.isError && !status.data ? (
        <Card>
          <ErrorCard title={t("The status")} error={status.error} onRetry={() => void status.refetch()} />
        </Card>
      ) : status.isPending ? (
        <Card className="overflow-hidden">
          <div style={{ height: roomOf("consumers", 293) }}>
            <SkeletonRows rows={3} />
          </div>
        </Card>
      ) : (
        <div ref={consumers} className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
          {(status.data?.consumers ?? []).map((consumer) => (
            <Card key={`${consumer.service} ${consumer.name}`} className="p-4">
              <div className="flex items-center justify-between gap-2">
                <h2 className="truncate font-medium">{`${consumer.service} · ${words(consumer.name)}`}</h2>
                <Badge tone={consumer.behind ? "warn" : "good"}>
                  {consumer.behind ? t("Catching up") : t("Up to date")}
                </Badge>
              </div>
              <div className="flex items-end justify-between pt-1">
                <p>
                  <span className="text-kpi font-semibold">{count(consumer.behind)}</span>{" "}
                  <span className="text-ink-2">{t("behind")}</span>
                </p>
                <Spark values={trail[`${consumer.service}.${consumer.name}`] ?? []} className="text-accent" />
              </div>
            </Card>
          ))}
        </div>
      )}
      <div className="min-h-8">{status.data && <Services status={status.data} />}</div>
      <div className="mt-4 grid gap-4 xl:grid-cols-2">
        {may("operator") ? (
          <DeadLetters />
        ) : (
          <Card>
            <CardHead title={t("Dead letters")} />
            <Empty title={t("Only for operators")}>
              {t("Your role may not see the content of failed events.")}
            </Empty>
          </Card>
        )}
        <LiveEvents />
      </div>
      <div className="mt-4 grid gap-4 [&>*]:min-w-0">
        <Replays />
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
              {`${service.name}: ${service.ready ? t("ready") : failing.map(([name, result]) => `${name} ${result}`).join(", ") || t("not ready")}`}
            </Badge>
          </li>
        );
      })}
    </ul>
  );
}
