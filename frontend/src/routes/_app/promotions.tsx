import { createFileRoute } from "@tanstack/react-router";
import { Promotions } from "@/features/promotions/Promotions";
import { VIEWS } from "@/features/promotions/planned";
import { oneOf, searchOf, shaped, text } from "@/lib/search";

export const Route = createFileRoute("/_app/promotions")({
  validateSearch: searchOf({
    view: oneOf(VIEWS),
    month: shaped(/^\d{4}-(0[1-9]|1[0-2])$/),
    q: text,
    category: text,
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
