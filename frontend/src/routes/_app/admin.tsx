import { createFileRoute } from "@tanstack/react-router";
import { Admin } from "@/features/admin/Admin";
import { SERVICES, VIEWS } from "@/features/admin/search";
import { oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/admin")({
  validateSearch: searchOf({
    view: oneOf(VIEWS),
    q: text,
    service: oneOf(SERVICES),
    since: text,
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Admin
        search={Route.useSearch()}
        onSearch={(search, replace = false) => navigate({ search, replace })}
      />
    );
  },
});
