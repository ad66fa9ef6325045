import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Imports } from "@/features/imports/Imports";

export const Route = createFileRoute("/_app/imports")({
  validateSearch: z.object({ id: z.catch(z.optional(z.string()), undefined) }),
  component: () => {
    const navigate = Route.useNavigate();
    return <Imports open={Route.useSearch().id} onOpen={(id) => navigate({ search: { id } })} />;
  },
});
