import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Promotions } from "@/features/promotions/Promotions";
import { VIEWS } from "@/features/promotions/planned";

export const Route = createFileRoute("/_app/promotions")({
  validateSearch: z.object({
    view: z.catch(z.optional(z.enum(VIEWS)), undefined),
    month: z.catch(z.optional(z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/))), undefined),
    q: z.catch(z.optional(z.string()), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Promotions
        search={Route.useSearch()}
        onSearch={(search, replace = false) => navigate({ search, replace })}
      />
    );
  },
});
