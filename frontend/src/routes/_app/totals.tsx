import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { CLASSES } from "@/components/table/Facets";
import { PARTS } from "@/features/totals/search";
import { Totals } from "@/features/totals/Totals";

const text = z.catch(z.optional(z.string()), undefined);

export const Route = createFileRoute("/_app/totals")({
  validateSearch: z.object({
    category: text,
    supplier: text,
    location: text,
    segment: z.catch(z.optional(z.enum(CLASSES)), undefined),
    by: z.catch(z.optional(z.enum(PARTS)), undefined),
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
