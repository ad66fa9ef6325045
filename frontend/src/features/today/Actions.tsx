import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { toast } from "@/components/ui/toast";
import { day } from "@/lib/format";
import { may, useSession } from "@/lib/session";
import { dayAhead } from "@/lib/workspace";
import type { Entry } from "./entries";

type Act =
  | { what: "snooze"; until: string }
  | { what: "assign"; assignee: string | null }
  | { what: "resolve"; note: string | null }
  | { what: "reopen" };

/** Stock is named by what it is, findings by their id; otherwise both are asked alike. */
function send(entry: Entry, act: Act): Promise<unknown> {
  const { what, ...body } = act;
  if (entry.id === null) {
    const target = {
      kind: entry.kind,
      sku: entry.sku ?? "",
      location: entry.location ?? "",
    } as Schemas["Entry"];
    switch (act.what) {
      case "snooze":
        return data(
          api.POST("/api/replenishment/attention/snooze", { body: { ...target, until: act.until } }),
        );
      case "assign":
        return data(
          api.POST("/api/replenishment/attention/assign", { body: { ...target, assignee: act.assignee } }),
        );
      case "resolve":
        return data(
          api.POST("/api/replenishment/attention/resolve", { body: { ...target, note: act.note } }),
        );
      case "reopen":
        return data(api.POST("/api/replenishment/attention/reopen", { body: target }));
    }
  }
  const params = { path: { entry_id: entry.id } };
  switch (act.what) {
    case "snooze":
      return data(api.POST("/api/attention/{entry_id}/snooze", { params, body: { until: act.until } }));
    case "assign":
      return data(api.POST("/api/attention/{entry_id}/assign", { params, body: { assignee: act.assignee } }));
    case "resolve":
      return data(api.POST("/api/attention/{entry_id}/resolve", { params, body: { note: act.note } }));
    case "reopen":
      throw new Error(`${what} is not known of ${JSON.stringify(body)}`);
  }
}

const SAID = {
  snooze: (act: Act) => (act.what === "snooze" ? `Snoozed until ${day(act.until)}.` : ""),
  assign: (act: Act) =>
    act.what === "assign" && act.assignee ? `Assigned to ${act.assignee}.` : "Assigned to nobody.",
  resolve: () => "Resolved.",
  reopen: () => "Open again.",
};

const ITEM = "cursor-pointer rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-sunken";

export function Actions({ entry }: { entry: Entry }) {
  const client = useQueryClient();
  const session = useSession();
  const [asking, setAsking] = useState<"resolve" | "assign" | null>(null);
  const change = useMutation({
    mutationFn: (act: Act) => send(entry, act),
    onSuccess: (_, act) => {
      toast(SAID[act.what](act));
      setAsking(null);
      void client.invalidateQueries({ queryKey: entry.id ? ["attention"] : ["orders", "attention"] });
    },
    onError: (error) => {
      if (!asking) toast(`Not done: ${asApiError(error).message}`);
    },
  });
  if (!may("planner") || session.state !== "in") return null;
  const me = session.user.username;
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          aria-label={`Actions for ${entry.name}`}
          className="inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-sunken"
          disabled={change.isPending}
        >
          <EllipsisVertical size={16} aria-hidden />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={4}
            className="z-50 min-w-48 rounded-lg border border-line bg-panel p-1 shadow-(--shadow)"
          >
            {entry.status === "open" ? (
              <>
                {[
                  [1, "Snooze until tomorrow"],
                  [7, "Snooze for a week"],
                  [28, "Snooze for four weeks"],
                ].map(([days, label]) => (
                  <DropdownMenu.Item
                    key={days}
                    className={ITEM}
                    onSelect={() => change.mutate({ what: "snooze", until: dayAhead(Number(days)) })}
                  >
                    {label}
                  </DropdownMenu.Item>
                ))}
                <DropdownMenu.Separator className="my-1 h-px bg-line" />
                {entry.assignee === me ? (
                  <DropdownMenu.Item
                    className={ITEM}
                    onSelect={() => change.mutate({ what: "assign", assignee: null })}
                  >
                    Assign to nobody
                  </DropdownMenu.Item>
                ) : (
                  <DropdownMenu.Item
                    className={ITEM}
                    onSelect={() => change.mutate({ what: "assign", assignee: me })}
                  >
                    Assign to me
                  </DropdownMenu.Item>
                )}
                <DropdownMenu.Item className={ITEM} onSelect={() => setAsking("assign")}>
                  Assign to somebody…
                </DropdownMenu.Item>
                <DropdownMenu.Item className={ITEM} onSelect={() => setAsking("resolve")}>
                  Resolve…
                </DropdownMenu.Item>
              </>
            ) : entry.id === null ? (
              <DropdownMenu.Item className={ITEM} onSelect={() => change.mutate({ what: "reopen" })}>
                Open again
              </DropdownMenu.Item>
            ) : (
              <DropdownMenu.Label className="px-2.5 py-1.5 text-ink-3">
                It opens again by itself
              </DropdownMenu.Label>
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {asking && (
        <Ask
          title={asking === "resolve" ? "Resolve" : "Assign"}
          label={asking === "resolve" ? "What was done (optional)" : "To whom"}
          needed={asking === "assign"}
          busy={change.isPending}
          error={change.error}
          onClose={() => {
            change.reset();
            setAsking(null);
          }}
          onText={(text) =>
            change.mutate(
              asking === "resolve"
                ? { what: "resolve", note: text || null }
                : { what: "assign", assignee: text },
            )
          }
        />
      )}
    </>
  );
}

interface AskProps {
  title: string;
  label: string;
  needed: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onText: (text: string) => void;
}

function Ask({ title, label, needed, busy, error, onClose, onText }: AskProps) {
  const [text, setText] = useState("");
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className="flex flex-col gap-3 text-left"
        onSubmit={(event) => {
          event.preventDefault();
          onText(text.trim());
        }}
      >
        <TextField
          label={label}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Problem error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={busy || (needed && !text.trim())}>
            {title}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
