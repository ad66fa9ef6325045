/**
 * The one live stream of this tab. What changed invalidates queries (at most once a second for a key, the gateway
 * sees to that); the latest events go into a ring that never touches the query cache.
 */
import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { outdate, type Stale } from "@/api/query";
import { token } from "./session";

export interface SaleEvent {
  id: string;
  sku: string | null;
  location: string | null;
  quantity: string | null;
  kind: string | null;
  at: number;
  more: number;
  rejected?: boolean;
  message?: string | null;
}

export interface TrainingEvent {
  type: string;
  run_id: string;
  stage?: string;
  done?: number;
  total?: number;
  seconds_left?: number | null;
}

export type Connection = "connecting" | "live" | "reconnecting" | "polling";

const RING = 200;
const FLUSH_MS = 250;
const RETRY_MS = 2000;
const HIDDEN_MS = 60_000;
const FAILURES_UNTIL_POLLING = 3;
const POLL_MS = 15_000;

let connection: Connection = "connecting";
let ring: SaleEvent[] = [];
let waiting: SaleEvent[] = [];
let training: Record<string, TrainingEvent> = {};
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useConnection = () => useSyncExternalStore(subscribe, () => connection);
export const useSaleEvents = () => useSyncExternalStore(subscribe, () => ring);
export const useTraining = () => useSyncExternalStore(subscribe, () => training);

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Cuts a text of server-sent events into whole events and the rest that is still incomplete. */
export function parseEvents(text: string): { events: ServerEvent[]; rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const found: ServerEvent = { id: "", event: "message", data: "" };
    for (const line of block.split("\n")) {
      const [, name, value] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
      if (name === "data") found.data += (found.data && "\n") + value;
      else if (name === "id" || name === "event") found[name] = value ?? "";
    }
    return found.data ? [found] : [];
  });
  return { events, rest };
}

function apply(client: QueryClient, event: ServerEvent): void {
  const body = JSON.parse(event.data);
  if (event.event === "invalidate") {
    outdate(client, body.keys as Stale[]);
  } else if (event.event === "sale") {
    waiting.unshift({ ...body, id: event.id });
  } else if (event.event === "training") {
    training = { ...training, [body.run_id]: body };
    tell();
  }
}

async function read(
  client: QueryClient,
  lastId: string,
  signal: AbortSignal,
  opened: () => void,
): Promise<string> {
  const bearer = await token();
  if (!bearer) throw new Error("signed out");
  const headers: Record<string, string> = { authorization: `Bearer ${bearer}`, accept: "text/event-stream" };
  if (lastId) headers["last-event-id"] = lastId;
  const response = await fetch("/api/stream", { headers, signal });
  if (!response.ok || !response.body) throw new Error(`stream answered ${response.status}`);
  opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let id = lastId;
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done) return id;
    const { events, rest } = parseEvents(text + value);
    text = rest;
    for (const event of events) {
      id = event.id || id;
      apply(client, event);
    }
  }
}

/** Keep the stream open until the returned function is called. */
export function follow(client: QueryClient): () => void {
  let stop = new AbortController();
  let ended = false;
  let lastId = "";
  let failures = 0;
  let hiddenSince: ReturnType<typeof setTimeout> | undefined;

  const set = (next: Connection) => {
    connection = next;
    tell();
  };
  const flush = setInterval(() => {
    if (!waiting.length) return;
    ring = [...waiting, ...ring].slice(0, RING);
    waiting = [];
    tell();
  }, FLUSH_MS);
  const poll = setInterval(() => connection === "polling" && client.invalidateQueries(), POLL_MS);

  const loop = async () => {
    while (!ended) {
      const broken = failures > 0;
      try {
        lastId = await read(client, lastId, stop.signal, () => {
          failures = 0;
          set("live");
          if (broken) client.invalidateQueries();
        });
      } catch {
        failures += 1;
        set(failures >= FAILURES_UNTIL_POLLING ? "polling" : "reconnecting");
        await new Promise((resume) => setTimeout(resume, RETRY_MS));
      }
      while (!ended && document.hidden && stop.signal.aborted) {
        await new Promise((resume) => document.addEventListener("visibilitychange", resume, { once: true }));
      }
      if (stop.signal.aborted && !ended) stop = new AbortController();
    }
  };
  const visibility = () => {
    clearTimeout(hiddenSince);
    if (document.hidden) hiddenSince = setTimeout(() => stop.abort(), HIDDEN_MS);
  };
  document.addEventListener("visibilitychange", visibility);
  void loop();

  return () => {
    ended = true;
    stop.abort();
    clearInterval(flush);
    clearInterval(poll);
    clearTimeout(hiddenSince);
    document.removeEventListener("visibilitychange", visibility);
  };
}
