import { createFileRoute } from "@tanstack/react-router";
import { CLASSES } from "@/components/table/Facets";
import { Replenishment } from "@/features/replenishment/Replenishment";
import {
  ADVICE,
  EXCESS_SORTS,
  LINE_SORTS,
  LINE_STATES,
  ORDER_STATES,
  VIEWS,
} from "@/features/replenishment/search";
import { oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/replenishment")({
  validateSearch: searchOf({
    view: oneOf(VIEWS),
    order: text,
    status: oneOf(ORDER_STATES),
    supplier: text,
    category: text,
    location: text,
    segment: oneOf(CLASSES),
    q: text,
    sort: oneOf(EXCESS_SORTS),
    by: oneOf(LINE_SORTS),
    state: oneOf(LINE_STATES),
    advice: oneOf(ADVICE),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Replenishment
        search={Route.useSearch()}
        onSearch={(search, replace = false) => navigate({ search, replace } as never)}
      />
    );
  },
});
