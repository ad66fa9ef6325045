import createClient from "openapi-fetch";
import { save } from "@/lib/csv";
import { authorised } from "@/lib/session";
import { ApiError, errorOf } from "./errors";
import type { components, paths } from "./schema.gen";

export type Schemas = components["schemas"];

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", fetch: authorised });

/** The data of an answer; an `ApiError` for anything else. */
export async function data<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data: body, error, response } = await answer;
  if (!response.ok) throw new ApiError(response.status, typeof error === "object" ? (error ?? {}) : {});
  return body as T;
}

/** For files and for the gateway's own routes. */
export async function raw(path: string, init?: RequestInit): Promise<Response> {
  const response = await authorised(new Request(new URL(path, location.origin), init));
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Save all rows of a list under the name, as the server writes them; how many they are. */
export async function downloadTable(of: string, column: readonly string[], name: string): Promise<number> {
  const asked = new URLSearchParams([["of", of], ...column.map((one) => ["column", one])]);
  const answer = await raw(`/api/table.csv?${asked}`);
  save(await answer.blob(), name);
  return Number(answer.headers.get("x-rows"));
}

/** Save an authorised download under the name. */
export async function download(path: string, name: string): Promise<void> {
  save(await (await raw(path)).blob(), name);
}
