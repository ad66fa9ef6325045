import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Accuracy } from "@/features/accuracy/Accuracy";
import { LAGS, SEGMENTS } from "@/features/accuracy/logic";

export const Route = createFileRoute("/_app/accuracy")({
  validateSearch: z.object({
    lag: z.catch(z.optional(z.literal(LAGS)), undefined),
    by: z.catch(z.optional(z.enum(SEGMENTS)), undefined),
    weeks: z.catch(z.optional(z.int().check(z.minimum(1), z.maximum(104))), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Accuracy
        search={Route.useSearch()}
        onSearch={(change) => navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
      />
    );
  },
});
