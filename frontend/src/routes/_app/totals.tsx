import { createFileRoute } from "@tanstack/react-router";
import { CLASSES } from "@/components/table/Facets";
import { PARTS } from "@/features/totals/search";
import { Totals } from "@/features/totals/Totals";
import { oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/totals")({
  validateSearch: searchOf({
    category: text,
    supplier: text,
    location: text,
    segment: oneOf(CLASSES),
    by: oneOf(PARTS),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Totals
        search={Route.useSearch()}
        onSearch={(search, replace = false) =>
          navigate({ search: search as ReturnType<typeof Route.useSearch>, replace })
        }
      />
    );
  },
});
