import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { FILTER_NAMES, STATUSES } from "@/features/today/entries";
import { Today } from "@/features/today/Today";

const text = z.catch(z.optional(z.string()), undefined);

export const Route = createFileRoute("/_app/")({
  validateSearch: z.object({
    kind: z.catch(z.optional(z.enum(FILTER_NAMES)), undefined),
    status: z.catch(z.optional(z.enum(STATUSES)), undefined),
    q: text,
    supplier: text,
    location: text,
    mine: z.catch(z.optional(z.boolean()), undefined),
  }),
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
