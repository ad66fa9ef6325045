import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { EXCESS_SORTS } from "@/features/replenishment/ExcessList";
import { ORDER_STATES } from "@/features/replenishment/Orders";
import { Replenishment, VIEWS } from "@/features/replenishment/Replenishment";

const text = z.catch(z.optional(z.string()), undefined);

export const Route = createFileRoute("/_app/replenishment")({
  validateSearch: z.object({
    view: z.catch(z.optional(z.enum(VIEWS)), undefined),
    order: text,
    status: z.catch(z.optional(z.enum(ORDER_STATES)), undefined),
    supplier: text,
    q: text,
    sort: z.catch(z.optional(z.enum(EXCESS_SORTS)), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Replenishment
        search={Route.useSearch()}
        onSearch={(search, replace = false) => navigate({ search, replace })}
      />
    );
  },
});
