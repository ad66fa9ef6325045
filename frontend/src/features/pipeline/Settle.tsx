import { useQuery } from "@tanstack/react-query";
import { raw } from "@/api/client";
import { Confirm } from "@/components/ui/Confirm";
import { useAct } from "@/lib/acts";
import { count } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t, tn } from "@/lib/texts";

export type Action = "redrive" | "discard";

interface Props {
  service: string;
  topic: string;
  /** What failed, in the words of one of them. */
  example: string;
  /** Which letters: those of a group, or some by their ids. */
  chosen: { consumer: string; topic: string; code: string } | { ids: readonly number[] };
  action: Action;
  onClose: () => void;
}

interface Told {
  letters: number;
  /** Too large to have been kept whole: never sent again as they lie here. */
  cut?: number;
}

async function settle({ service, chosen, action }: Props, dryRun: boolean): Promise<Told> {
  const response = await raw(`/api/dead-letters/${service}/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...chosen, dry_run: dryRun }),
  });
  return response.json();
}

/** Counts first, with a dry run on the server; only then offers to do it. */
export function Settle(props: Props) {
  const { service, topic, example, chosen, action, onClose } = props;
  const redrive = action === "redrive";
  const dry = useQuery({
    queryKey: ["dry-run", service, chosen, action], // not made anew by what settles them
    queryFn: () => settle(props, true),
    gcTime: 0,
  });
  const act = useAct({
    send: () => settle(props, false),
    stale: ["dead-letters"],
    said: ({ letters }) =>
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
      final
      ready={Boolean(dry.data?.letters)}
      busy={act.isPending}
      error={dry.error ?? act.error}
      onConfirm={() => act.mutate()}
      onClose={onClose}
    >
      <p className="[overflow-wrap:anywhere]">{heard(example)}</p>
      <p role="status" className="pt-2 text-ink">
        {dry.data ? willText(dry.data.letters, redrive, topic) : t("Counting")}
      </p>
      {Boolean(dry.data?.cut) && (
        <p className="pt-2 text-warn">
          {tn(
            dry.data?.cut ?? 0,
            "{0} is too large to be kept whole: mend it first, or it stays here.",
            "{0} are too large to be kept whole: mend them first, or they stay here.",
            count(dry.data?.cut),
          )}
        </p>
      )}
    </Confirm>
  );
}

function willText(letters: number, redrive: boolean, topic: string): string {
  return redrive
    ? tn(
        letters,
        "{0} event will be put back on {1} and applied again.",
        "{0} events will be put back on {1} and applied again.",
        count(letters),
        topic,
      )
    : tn(
        letters,
        "{0} event will be marked as discarded and not be applied. It stays readable.",
        "{0} events will be marked as discarded and not be applied. They stay readable.",
        count(letters),
      );
}
