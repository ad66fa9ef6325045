import { EllipsisVertical } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Menu, MenuItem, MenuLine } from "@/components/ui/Menu";
import { useAct } from "@/lib/acts";
import { may, useSession } from "@/lib/session";
import { t } from "@/lib/texts";
import { dayAhead } from "@/lib/workspace";
import { type Entry, nameOf } from "./entries";
import { STALE, said, send, type Verb } from "./verbs";

const Ask = lazy(() => import("./Ask"));

const SNOOZES = [
  [1, t("Snooze until tomorrow")],
  [7, t("Snooze for a week")],
  [28, t("Snooze for four weeks")],
] as const;

/** A verb on an entry; what puts it out of sight can be taken back for a while. */
function useVerb(entry: Entry) {
  const back = useAct({ send: () => send(entry, { what: "reopen" }), stale: STALE, refusedAloud: true });
  return useAct({
    send: (verb: Verb) => send(entry, verb),
    stale: STALE,
    said: (_, verb) => said(entry, verb),
    undo: (_, verb) =>
      verb.what === "assign" || verb.what === "reopen"
        ? undefined
        : { label: t("Undo"), act: () => back.mutate() },
    refusedAloud: true,
  });
}

/** What can be done about an entry, alike for all kinds. */
export function Actions({ entry }: { entry: Entry }) {
  const session = useSession();
  const [asking, setAsking] = useState<"resolve" | "assign" | null>(null);
  const verb = useVerb(entry);
  if (!may("planner") || !("user" in session)) return null;
  const me = session.user.username;
  const waits = entry.status === "open" || entry.status === "acknowledged";
  return (
    <>
      <Menu
        label={t("Actions for {0}", nameOf(entry))}
        className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-sunken"
        disabled={verb.isPending}
        trigger={<EllipsisVertical size={16} aria-hidden />}
      >
        {entry.status === "open" && (
          <MenuItem onSelect={() => verb.mutate({ what: "acknowledge" })}>{t("Mark as seen")}</MenuItem>
        )}
        {waits && (
          <>
            {SNOOZES.map(([days, label]) => (
              <MenuItem key={days} onSelect={() => verb.mutate({ what: "snooze", until: dayAhead(days) })}>
                {label}
              </MenuItem>
            ))}
            <MenuLine />
            <MenuItem
              onSelect={() => verb.mutate({ what: "assign", assignee: entry.assignee === me ? null : me })}
            >
              {entry.assignee === me ? t("Assign to nobody") : t("Assign to me")}
            </MenuItem>
            <MenuItem onSelect={() => setAsking("assign")}>{t("Assign to somebody…")}</MenuItem>
            <MenuItem onSelect={() => setAsking("resolve")}>{t("Resolve…")}</MenuItem>
          </>
        )}
        {entry.status !== "open" && (
          <MenuItem onSelect={() => verb.mutate({ what: "reopen" })}>{t("Open again")}</MenuItem>
        )}
      </Menu>
      {asking && (
        <Suspense>
          <Ask entry={entry} what={asking} onClose={() => setAsking(null)} />
        </Suspense>
      )}
    </>
  );
}
