import { createFileRoute } from "@tanstack/react-router";
import { Imports } from "@/features/imports/Imports";
import { KIND_NAMES } from "@/features/imports/kinds";
import { oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/imports")({
  validateSearch: searchOf({
    kind: oneOf(KIND_NAMES),
    id: text,
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return <Imports search={Route.useSearch()} onSearch={(search) => navigate({ search })} />;
  },
});
