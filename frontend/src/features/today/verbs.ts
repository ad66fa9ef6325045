/** What can be done about an entry of the attention list: how it is sent, and how it is told. */

import { api, data } from "@/api/client";
import { day } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Entry, nameOf } from "./entries";

export type Verb =
  | { what: "acknowledge" }
  | { what: "snooze"; until: string }
  | { what: "assign"; assignee: string | null }
  | { what: "resolve"; note: string | null }
  | { what: "reopen" };

export const STALE = ["attention"] as const;

export function send(entry: Entry, verb: Verb): Promise<Entry> {
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

export function said(entry: Entry, verb: Verb): string {
  const name = nameOf(entry);
  switch (verb.what) {
    case "acknowledge":
      return t("{0}: seen.", name);
    case "snooze":
      return t("{0}: snoozed until {1}.", name, day(verb.until));
    case "assign":
      return t("{0}: assigned to {1}.", name, verb.assignee ?? t("nobody"));
    case "resolve":
      return t("{0}: resolved.", name);
    case "reopen":
      return t("{0}: open again.", name);
  }
}
