import { EllipsisVertical } from "lucide-react";
import { useState } from "react";
import { api, data } from "@/api/client";
import { NoteIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type Typed, text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Menu, MenuItem, MenuLine } from "@/components/ui/Menu";
import { useAct } from "@/lib/acts";
import { day } from "@/lib/format";
import { may, useSession } from "@/lib/session";
import { dayAhead } from "@/lib/workspace";
import { type Entry, nameOf } from "./entries";

type Verb =
  | { what: "acknowledge" }
  | { what: "snooze"; until: string }
  | { what: "assign"; assignee: string | null }
  | { what: "resolve"; note: string | null }
  | { what: "reopen" };

const STALE = ["attention"] as const;

function send(entry: Entry, verb: Verb): Promise<Entry> {
  const params = { path: { entry_id: entry.id } };
  switch (verb.what) {
    case "acknowledge":
      return data(api.POST("/api/attention/{entry_id}/acknowledge", { params, body: {} }));
    case "snooze":
      return data(api.POST("/api/attention/{entry_id}/snooze", { params, body: { until: verb.until } }));
    case "assign":
      return data(
        api.POST("/api/attention/{entry_id}/assign", { params, body: { assignee: verb.assignee } }),
      );
    case "resolve":
      return data(api.POST("/api/attention/{entry_id}/resolve", { params, body: { note: verb.note } }));
    case "reopen":
      return data(api.POST("/api/attention/{entry_id}/reopen", { params }));
  }
}

function said(entry: Entry, verb: Verb): string {
  const name = nameOf(entry);
  switch (verb.what) {
    case "acknowledge":
      return `${name}: seen.`;
    case "snooze":
      return `${name}: snoozed until ${day(verb.until)}.`;
    case "assign":
      return `${name}: assigned to ${verb.assignee ?? "nobody"}.`;
    case "resolve":
      return `${name}: resolved.`;
    case "reopen":
      return `${name}: open again.`;
  }
}

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
        : { label: "Undo", act: () => back.mutate() },
    refusedAloud: true,
  });
}

/** What can be done about an entry, alike for all kinds. */
export function Actions({ entry }: { entry: Entry }) {
  const session = useSession();
  const [asking, setAsking] = useState<"resolve" | "assign" | null>(null);
  const verb = useVerb(entry);
  if (!may("planner") || session.state !== "in") return null;
  const me = session.user.username;
  const waits = entry.status === "open" || entry.status === "acknowledged";
  return (
    <>
      <Menu
        label={`Actions for ${nameOf(entry)}`}
        className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-sunken"
        disabled={verb.isPending}
        trigger={<EllipsisVertical size={16} aria-hidden />}
      >
        {entry.status === "open" && (
          <MenuItem onSelect={() => verb.mutate({ what: "acknowledge" })}>Mark as seen</MenuItem>
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
              {entry.assignee === me ? "Assign to nobody" : "Assign to me"}
            </MenuItem>
            <MenuItem onSelect={() => setAsking("assign")}>Assign to somebody…</MenuItem>
            <MenuItem onSelect={() => setAsking("resolve")}>Resolve…</MenuItem>
          </>
        )}
        {entry.status !== "open" && (
          <MenuItem onSelect={() => verb.mutate({ what: "reopen" })}>Open again</MenuItem>
        )}
      </Menu>
      {asking && <Ask entry={entry} what={asking} onClose={() => setAsking(null)} />}
    </>
  );
}

const SNOOZES = [
  [1, "Snooze until tomorrow"],
  [7, "Snooze for a week"],
  [28, "Snooze for four weeks"],
] as const;

const ASKED = {
  resolve: { title: "Resolve", label: "What was done (optional)", field: NoteIn.note },
  assign: { title: "Assign", label: "To whom", field: text({ max: 200 }) },
} satisfies Record<string, { title: string; label: string; field: Typed<string | null> }>;

interface AskProps {
  entry: Entry;
  what: keyof typeof ASKED;
  onClose: () => void;
}

function Ask({ entry, what, onClose }: AskProps) {
  const { title, label, field } = ASKED[what];
  const verbOf = (typed: string | null): Verb =>
    what === "resolve" ? { what, note: typed } : { what, assignee: typed };
  const form = useForm({
    fields: { text: field as Typed<string | null> },
    start: { text: "" },
    send: (values) => send(entry, verbOf(values.text)).then(() => values.text),
    stale: STALE,
    said: (typed) => said(entry, verbOf(typed)),
    onDone: onClose,
  });
  return (
    <Dialog title={`${title}: ${nameOf(entry)}`} onClose={onClose}>
      <Form form={form} does={title} onCancel={onClose}>
        <TextField label={label} {...form.field("text")} />
      </Form>
    </Dialog>
  );
}
