import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { raw } from "@/api/client";
import { deadLettersQuery } from "@/api/queries";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { Confirm } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Empty } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, count, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t, tn } from "@/lib/texts";

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

const keyOf = (group: Group) => `${group.service} ${group.consumer} ${group.topic} ${group.code}`;

const columnsFor = (onChoose: (group: Group, action: Action) => void): readonly Column<Group>[] => [
  {
    id: "failed",
    label: t("What failed"),
    width: 150,
    text: (group) => group.example || group.code,
    cell: (group) => (
      <>
        <p className="truncate font-medium" title={heard(group.example)}>
          {heard(group.example) || words(group.code)}
        </p>
        <p className="truncate text-meta text-ink-3">{`${group.service} · ${group.topic}`}</p>
      </>
    ),
  },
  {
    id: "events",
    label: t("Events"),
    width: 92,
    align: "right",
    text: (group) => group.letters,
    cell: (group) => count(group.letters),
  },
  {
    id: "last",
    label: t("Last"),
    width: 90,
    from: "sm",
    text: (group) => group.last_at,
    cell: (group) => <span className="whitespace-nowrap text-ink-2">{ago(group.last_at)}</span>,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 190,
    align: "right",
    silent: true,
    cell: (group) => (
      <span className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onChoose(group, "discard")}>{t("Discard")}</Button>
        <Button onClick={() => onChoose(group, "redrive")}>{t("Redrive")}</Button>
      </span>
    ),
  },
];

/** What could not be applied, by what failed; it waits here for a decision. */
export function DeadLetters() {
  const found = useQuery(deadLettersQuery);
  const [chosen, setChosen] = useState<{ group: Group; action: Action } | null>(null);
  const degraded = found.data?.degraded ?? [];
  return (
    <ListCard
      title={t("Dead letters")}
      label={t("Dead letters")}
      one="group"
      expected={0}
      columns={columnsFor((group, action) => setChosen({ group, action }))}
      rows={rowsOf(found, (data) => data.items as unknown as Group[])}
      rowKey={keyOf}
      empty={
        <Empty title={t("No event failed")}>
          {t("An event that cannot be applied waits here for a decision.")}
        </Empty>
      }
    >
      {degraded.length > 0 && (
        <p className="m-4 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {t("Without {0}, which does not answer.", degraded.join(", "))}
        </p>
      )}
      {chosen && <Settle {...chosen} onClose={() => setChosen(null)} />}
    </ListCard>
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
  const redrive = action === "redrive";
  const dry = useQuery({
    queryKey: ["dead-letters", "dry-run", group, action],
    queryFn: () => settle({ group, action, dryRun: true }),
    gcTime: 0,
  });
  const act = useAct({
    send: () => settle({ group, action, dryRun: false }),
    stale: ["dead-letters"],
    said: (letters) =>
      redrive
        ? tn(letters, "{0} event put back.", "{0} events put back.", count(letters))
        : tn(letters, "{0} event discarded.", "{0} events discarded.", count(letters)),
    onDone: onClose,
  });
  return (
    <Confirm
      title={redrive ? t("Redrive events") : t("Discard events")}
      does={redrive ? t("Redrive") : t("Discard")}
      danger={!redrive}
      ready={Boolean(dry.data)}
      busy={act.isPending}
      error={dry.error ?? act.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p>{heard(group.example)}</p>
      <p role="status" className="pt-2 text-ink">
        {dry.data === undefined
          ? t("Counting")
          : redrive
            ? tn(
                dry.data,
                "{0} event will be put back on {1} and applied again.",
                "{0} events will be put back on {1} and applied again.",
                count(dry.data),
                group.topic,
              )
            : tn(
                dry.data,
                "{0} event will be marked as discarded and not be applied. It stays readable.",
                "{0} events will be marked as discarded and not be applied. They stay readable.",
                count(dry.data),
              )}
      </p>
    </Confirm>
  );
}
