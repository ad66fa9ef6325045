import { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { isOutage } from "@/api/errors";
import { untilAnswered } from "@/api/query";
import { ErrorCard } from "@/components/ui/states";
import { t } from "@/lib/texts";
import { routeTree } from "@/routeTree.gen";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What is refused stays refused; only an outage is worth another try.
      retry: (failures, error) => failures < 2 && isOutage(error),
      refetchInterval: untilAnswered,
    },
  },
});

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultPreload: "intent",
  scrollRestoration: true,
  defaultErrorComponent: ({ error, reset }) => (
    <ErrorCard title={t("This page")} error={error} onRetry={reset} />
  ),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
