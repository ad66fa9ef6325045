/** Where a table's rows come from: an answer with all of them, or pages that follow a cursor. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { type Asked, addressOf, type Listed, pages, type RowOf, untilAnswered } from "@/api/query";

export interface Rows<Row> {
  /** Undefined until there is an answer. */
  rows: readonly Row[] | undefined;
  error: unknown;
  /** Rows of the question before, while the answer to this one is on its way. */
  dimmed: boolean;
  more: boolean;
  onMore: () => void;
  onRetry: () => void;
  /** Where the server finds all of them, with their filters and order; undefined where they are all at hand. */
  list?: string;
}

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
  const found = useInfiniteQuery({
    ...pages(path, ...([asked] as never)),
    ...options,
    refetchInterval: (known) =>
      again?.(known.state.data?.pages.flatMap((page) => page.items) ?? []) || untilAnswered(known),
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.items),
    error: found.error,
    dimmed: found.isPlaceholderData,
    more: found.hasNextPage,
    onMore: () => found.hasNextPage && !found.isFetching && void found.fetchNextPage(),
    onRetry: () => void (found.isFetchNextPageError ? found.fetchNextPage() : found.refetch()),
    list: addressOf(path, asked),
  };
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
  };
}
