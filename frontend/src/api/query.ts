/**
 * Reading the API. A query's key is made from what it asks: its path split at "/", then its parameters. So whatever
 * the live stream names (a resource: a path or the beginning of one) is found in the cache, and no key is kept by hand.
 */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  type QueryKey,
  queryOptions,
} from "@tanstack/react-query";
import { api, data } from "./client";
import { isOutage } from "./errors";
import type { paths } from "./schema.gen";
import type { Resource } from "./topics.gen";

type Get<P extends keyof paths> = paths[P] extends { get: infer Operation extends object }
  ? Operation
  : never;

/** The paths that can be read. */
export type Readable = { [P in keyof paths]: [Get<P>] extends [never] ? never : P }[keyof paths];

/** What a path is asked with: `path` fills its braces, `query` follows the question mark. */
export type Asked<P extends Readable> =
  Get<P> extends { parameters: infer Parameters }
    ? Pick<Parameters, "path" & keyof Parameters> & Pick<Parameters, "query" & keyof Parameters>
    : never;

export type Answer<P extends Readable> =
  Get<P> extends {
    responses: { 200: { content: { "application/json": infer Body } } };
  }
    ? Body
    : never;

/** Paths whose answers are pages. */
export type Listed = { [P in Readable]: Answer<P> extends Page<unknown> ? P : never }[Readable];
export type RowOf<P extends Listed> = Answer<P> extends Page<infer Row> ? Row : never;

interface Page<Row> {
  items: Row[];
  next_cursor?: string | null | undefined;
}
interface Parts {
  path?: Record<string, unknown>;
  query?: object;
}

export function keyOf(path: string, asked: Parts = {}): QueryKey {
  const parts = path
    .replace(/^\/api\//, "")
    .split("/")
    .map((part) => (part.startsWith("{") ? String(asked.path?.[part.slice(1, -1)]) : part));
  return asked.query ? [...parts, asked.query] : parts;
}

/** What is asked for as an address of the API. */
export function addressOf(path: string, asked: Parts = {}): string {
  const place = path.replaceAll(/{(\w+)}/g, (_, name) => encodeURIComponent(String(asked.path?.[name])));
  const filters = Object.entries(asked.query ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one): [string, string] => [name, String(one)]),
  );
  return filters.length > 0 ? `${place}?${new URLSearchParams(filters)}` : place;
}

const AGAIN_MS = 5000;

/** What failed since something does not answer is asked for again until it does: a panel mends itself. */
export const untilAnswered = ({ state }: { state: { status: string; error: unknown } }): number | false =>
  state.status === "error" && isOutage(state.error) ? AGAIN_MS : false;

function get<P extends Readable>(path: P, asked: Parts | undefined): Promise<Answer<P>> {
  return data((api.GET as (path: P, init: object) => never)(path, { params: asked ?? {} }));
}

// What takes no parameters is asked with none; the others say which they need.
type Given<P extends Readable> =
  Record<string, never> extends Asked<P> ? [asked?: Asked<P>] : [asked: Asked<P>];

/** What a path answers. */
export function query<P extends Readable>(path: P, ...[asked]: Given<P>) {
  return queryOptions({
    queryKey: keyOf(path, asked as Parts),
    queryFn: () => get(path, asked as Parts),
  });
}

/** What a path answers page by page; the key has no cursor, so all pages grow old together. */
export function pages<P extends Listed>(path: P, ...[asked]: Given<P>) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(path, asked as Parts), "pages"],
    queryFn: ({ pageParam }) => pageOf(path, asked as Parts, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<RowOf<P>>) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** One page after a cursor. */
export function pageOf<P extends Listed>(
  path: P,
  asked: Parts | undefined,
  cursor: string | undefined,
): Promise<Page<RowOf<P>>> {
  return get(path, { ...asked, query: { ...asked?.query, cursor } }) as Promise<Page<RowOf<P>>>;
}

/** A resource, or what lies below one; "*" is everything. */
export type Stale = Resource | `${Resource}/${string}` | "*";

/** Everything that was read of these resources is old: what is on the screen is read again. */
export function outdate(client: QueryClient, resources: readonly Stale[]): void {
  for (const resource of resources)
    void client.invalidateQueries(resource === "*" ? {} : { queryKey: resource.split("/") });
}
