import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deadLettersQuery } from "@/api/queries";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { rowsOf } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { Empty } from "@/components/ui/states";
import { ago, count, words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import { type Group, Letters } from "./Letters";
import { type Action, Settle } from "./Settle";

const keyOf = (group: Group) => `${group.service} ${group.consumer} ${group.topic} ${group.code}`;

const columnsFor = (onChoose: (group: Group, action: Action | "open") => void): readonly Column<Group>[] => [
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
    width: 250,
    align: "right",
    silent: true,
    cell: (group) => (
      <span className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onChoose(group, "open")}>{t("Open")}</Button>
        <Button look="danger" onClick={() => onChoose(group, "discard")}>
          {t("Discard")}
        </Button>
        <Button onClick={() => onChoose(group, "redrive")}>{t("Redrive")}</Button>
      </span>
    ),
  },
];

const selected = ({ service, topic, consumer, code, example }: Group) => ({
  service,
  topic,
  example,
  chosen: { consumer, topic, code },
});

/** What could not be applied, by what failed; it waits here for a decision. */
export function DeadLetters() {
  const found = useQuery(deadLettersQuery);
  const [chosen, setChosen] = useState<{ group: Group; action: Action | "open" } | null>(null);
  const close = () => setChosen(null);
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
      {chosen?.action === "open" && <Letters group={chosen.group} onClose={close} />}
      {chosen && chosen.action !== "open" && (
        <Settle {...selected(chosen.group)} action={chosen.action} onClose={close} />
      )}
    </ListCard>
  );
}
