import { createFileRoute } from "@tanstack/react-router";
import { CLASSES } from "@/components/table/Facets";
import { FILTER_NAMES, STATUSES } from "@/features/today/entries";
import { ask } from "@/features/today/queries";
import { Today } from "@/features/today/Today";
import { flag, oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/")({
  codeSplitGroupings: [], // where most begin: it waits for no file of its own
  validateSearch: searchOf({
    kind: oneOf(FILTER_NAMES),
    status: oneOf(STATUSES),
    q: text,
    category: text,
    supplier: text,
    segment: oneOf(CLASSES),
    location: text,
    mine: flag,
  }),
  loader: ({ context, location }) => ask(context.queryClient, location.search),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Today
        search={Route.useSearch()}
        onSearch={(change) => navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
      />
    );
  },
});
