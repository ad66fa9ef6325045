/**
 * The signed-in user. The access token lives in memory only; a reload gets a new one with the refresh cookie.
 *
 * Refresh tokens rotate, and a reused one ends the session. So a refresh is single-flight in the tab, and one
 * tab at a time: the second tab then sends the cookie that the first one received. The first is asked for ahead.
 */
import { useSyncExternalStore } from "react";
import { ApiError, errorOf } from "@/api/errors";
import type { components } from "@/api/schema.gen";
import { exclusively, RENEWAL, taken } from "./ahead";
import { t } from "./texts";

export type User = components["schemas"]["UserOut"];
type SignedIn = components["schemas"]["SignedIn"];
export type Session =
  | { state: "unknown" }
  | { state: "out" }
  /** It ended by itself: the page stays, for the same person to sign in again. */
  | { state: "ended"; user: User }
  | { state: "in"; user: User; token: string; expiresAt: number };

const RENEW_BEFORE_MS = 30_000;
let session: Session = { state: "unknown" };
let refreshing: Promise<string | null> | null = null;
const listeners = new Set<() => void>();

function set(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Signing out in one tab ends the session in all of them: the cookie that they share is gone. */
const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("almanac-session");
tabs?.addEventListener("message", ({ data }) => {
  if (data === "out" && session.state !== "out") set({ state: "out" });
});

export const current = () => session;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, current);
}

export const ROLES = ["viewer", "planner", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Whether the user's role is at least this one. The API decides; this only hides what it would refuse. */
export function may(role: Role): boolean {
  return "user" in session && ROLES.indexOf(session.user.role) >= ROLES.indexOf(role);
}

function accept(answer: SignedIn): string {
  const expiresAt = Date.now() + answer.expires_in * 1000;
  set({ state: "in", user: answer.user, token: answer.access_token, expiresAt });
  return answer.access_token;
}

export function post(path: string, body?: unknown): Promise<Response> {
  const headers: HeadersInit = body ? { "content-type": "application/json" } : {};
  const content = body ? JSON.stringify(body) : null;
  return fetch(new Request(new URL(path, location.origin), { method: "POST", headers, body: content }));
}

export async function signIn(credentials: {
  username: string;
  password: string;
  code: string | null;
}): Promise<void> {
  const response = await post("/api/auth/login", credentials);
  if (!response.ok) throw await errorOf(response);
  accept(await response.json());
}

export async function signOut(): Promise<void> {
  await post("/api/auth/logout").catch(() => undefined);
  set({ state: "out" });
  tabs?.postMessage("out");
}

async function renew(): Promise<string | null> {
  const response = (await taken(RENEWAL)) ?? (await exclusively(() => post(RENEWAL)));
  if (response.ok) return accept(await response.json());
  if (response.status === 401 || response.status === 403) {
    set("user" in session ? { state: "ended", user: session.user } : { state: "out" });
    return null;
  }
  throw await errorOf(response);
}

/** A token that is good for another half minute, or null when the user has to sign in. */
export async function token(): Promise<string | null> {
  if (session.state === "in" && session.expiresAt - Date.now() > RENEW_BEFORE_MS) return session.token;
  if (session.state === "out" || session.state === "ended") return null;
  return refresh();
}

/** Get a new token now; callers at the same time share one request. */
export function refresh(): Promise<string | null> {
  refreshing ??= renew().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** `fetch` with the session: a token is added, renewed before it expires, and once more when it is refused. */
export async function authorised(request: Request): Promise<Response> {
  const ahead = await taken(new URL(request.url).pathname);
  if (ahead?.ok) return ahead;
  const again = request.clone();
  const first = await token();
  if (!first) throw new ApiError(401, { detail: t("Sign in first.") });
  const response = await send(request, first);
  if (response.status !== 401) return response;
  const second = await refresh();
  return second ? send(again, second) : response;
}

function send(request: Request, bearer: string): Promise<Response> {
  request.headers.set("authorization", `Bearer ${bearer}`);
  return fetch(request);
}
