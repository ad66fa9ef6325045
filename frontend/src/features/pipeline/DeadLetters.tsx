import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { raw } from "@/api/client";
import { deadLettersQuery } from "@/api/queries";
import { Confirm } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Card, CardHead, Empty, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, plural } from "@/lib/format";

interface Group {
  service: string;
  consumer: string;
  topic: string;
  code: string;
  letters: number;
  last_at: string;
  example: string;
}
type Action = "redrive" | "discard";

export function DeadLetters() {
  const found = useQuery(deadLettersQuery);
  const [chosen, setChosen] = useState<{ group: Group; action: Action } | null>(null);
  const groups = (found.data?.items ?? []) as unknown as Group[];
  const total = groups.reduce((sum, group) => sum + group.letters, 0);
  return (
    <Card>
      <CardHead
        title="Dead letters"
        note={total ? `${plural(total, "event")} in ${plural(groups.length, "group")}` : undefined}
      />
      {found.data && found.data.degraded.length > 0 && (
        <p className="m-4 rounded-md bg-warn-soft px-3 py-2 text-warn">
          Without {found.data.degraded.join(", ")}, which does not answer.
        </p>
      )}
      {found.isError ? (
        <ErrorCard title="The dead letters" error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <SkeletonRows rows={3} />
      ) : groups.length === 0 ? (
        <Empty title="No event failed">An event that cannot be applied waits here for a decision.</Empty>
      ) : (
        <ul>
          {groups.map((group) => (
            <li
              key={`${group.service} ${group.consumer} ${group.topic} ${group.code}`}
              className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0"
            >
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{group.example || group.code}</p>
                <p className="truncate text-sec text-ink-3">
                  {`${group.service} · ${group.topic} · ${plural(group.letters, "event")} · ${ago(group.last_at)}`}
                </p>
              </div>
              <Button onClick={() => setChosen({ group, action: "discard" })}>Discard</Button>
              <Button onClick={() => setChosen({ group, action: "redrive" })}>Redrive</Button>
            </li>
          ))}
        </ul>
      )}
      {chosen && <Settle {...chosen} onClose={() => setChosen(null)} />}
    </Card>
  );
}

async function settle({
  group,
  action,
  dryRun,
}: {
  group: Group;
  action: Action;
  dryRun: boolean;
}): Promise<number> {
  const { consumer, topic, code } = group;
  const response = await raw(`/api/dead-letters/${group.service}/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ consumer, topic, code, dry_run: dryRun }),
  });
  return ((await response.json()) as { letters: number }).letters;
}

/** Counts first, with a dry run on the server; only then offers to do it. */
function Settle({ group, action, onClose }: { group: Group; action: Action; onClose: () => void }) {
  const dry = useQuery({
    queryKey: ["dead-letters", "dry-run", group, action],
    queryFn: () => settle({ group, action, dryRun: true }),
    gcTime: 0,
  });
  const act = useAct({
    send: () => settle({ group, action, dryRun: false }),
    stale: ["dead-letters"],
    said: (letters) => `${plural(letters, "event")} ${action === "redrive" ? "put back" : "discarded"}.`,
    onDone: onClose,
  });
  const redrive = action === "redrive";
  return (
    <Confirm
      title={redrive ? "Redrive events" : "Discard events"}
      does={redrive ? "Redrive" : "Discard"}
      danger={!redrive}
      ready={Boolean(dry.data)}
      busy={act.isPending}
      error={dry.error ?? act.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p>{group.example}</p>
      <p role="status" className="pt-2 text-ink">
        {dry.data === undefined
          ? "Counting"
          : redrive
            ? `${plural(dry.data, "event")} will be put back on ${group.topic} and applied again.`
            : `${plural(dry.data, "event")} will be marked as discarded and not be applied. They stay readable.`}
      </p>
    </Confirm>
  );
}
