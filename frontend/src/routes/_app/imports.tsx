import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Imports } from "@/features/imports/Imports";
import { KIND_NAMES } from "@/features/imports/kinds";

export const Route = createFileRoute("/_app/imports")({
  validateSearch: z.object({
    kind: z.catch(z.optional(z.enum(KIND_NAMES)), undefined),
    id: z.catch(z.optional(z.string()), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return <Imports search={Route.useSearch()} onSearch={(search) => navigate({ search })} />;
  },
});
