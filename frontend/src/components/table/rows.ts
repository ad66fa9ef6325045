/** Where a table's rows come from: an answer with all of them, or pages that follow a cursor. */
import { type QueryClient, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type Asked, type Listed, pageOf, pages, type RowOf } from "@/api/query";

export interface Rows<Row> {
  /** Undefined until there is an answer. */
  rows: readonly Row[] | undefined;
  error: unknown;
  /** Rows of the question before, while the answer to this one is on its way. */
  dimmed: boolean;
  more: boolean;
  onMore: () => void;
  onRetry: () => void;
  /** All of them, whatever was loaded so far. */
  all: () => Promise<readonly Row[]>;
}

const EXPORT_PAGE = 500;

interface Options<Row> {
  enabled?: boolean;
  staleTime?: number;
  /** In how many milliseconds the rows are to be read again, for what no event tells. */
  again?: (rows: readonly Row[]) => number | false;
}

export function usePages<P extends Listed>(
  path: P,
  asked: Asked<P>,
  { again, ...options }: Options<RowOf<P>> = {},
): Rows<RowOf<P>> {
  const client = useQueryClient();
  const found = useInfiniteQuery({
    ...pages(path, ...([asked] as never)),
    ...options,
    refetchInterval: (known) => again?.(known.state.data?.pages.flatMap((page) => page.items) ?? []) ?? false,
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.items),
    error: found.error,
    dimmed: found.isPlaceholderData,
    more: found.hasNextPage,
    onMore: () => found.hasNextPage && !found.isFetching && void found.fetchNextPage(),
    onRetry: () => void (found.isFetchNextPageError ? found.fetchNextPage() : found.refetch()),
    all: () => everything(client, path, asked),
  };
}

async function everything<P extends Listed>(client: QueryClient, path: P, asked: Asked<P>) {
  const rows: RowOf<P>[] = [];
  let cursor: string | undefined;
  const parts = asked as { path?: Record<string, unknown>; query?: object };
  do {
    const page = await client.fetchQuery({
      queryKey: ["export", path, parts, cursor],
      queryFn: () => pageOf(path, { ...parts, query: { ...parts.query, limit: EXPORT_PAGE } }, cursor),
      gcTime: 0,
      staleTime: 0,
    });
    rows.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return rows;
}

interface Found<Data> {
  data: Data | undefined;
  error: unknown;
  isPlaceholderData: boolean;
  refetch: () => unknown;
}

/** The rows of an answer that holds all of them. */
export function rowsOf<Data, Row>(found: Found<Data>, take: (data: Data) => readonly Row[]): Rows<Row> {
  const rows = found.data === undefined ? undefined : take(found.data);
  return {
    ...here(rows ?? []),
    rows,
    error: found.error,
    dimmed: found.isPlaceholderData,
    onRetry: () => void found.refetch(),
  };
}

const nothing = () => undefined;

/** Rows that are at hand. */
export function here<Row>(rows: readonly Row[]): Rows<Row> {
  return {
    rows,
    error: null,
    dimmed: false,
    more: false,
    onMore: nothing,
    onRetry: nothing,
    all: async () => rows,
  };
}
