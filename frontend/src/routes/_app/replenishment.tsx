import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Replenishment, VIEWS } from "@/features/replenishment/Replenishment";

export const Route = createFileRoute("/_app/replenishment")({
  validateSearch: z.object({
    view: z.catch(z.optional(z.enum(VIEWS)), undefined),
    order: z.catch(z.optional(z.string()), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return <Replenishment search={Route.useSearch()} onSearch={(search) => navigate({ search })} />;
  },
});
