import { createFileRoute } from "@tanstack/react-router";
import { Accuracy } from "@/features/accuracy/Accuracy";
import { LAGS, SEGMENTS } from "@/features/accuracy/logic";
import { oneOf, searchOf, whole } from "@/lib/search";

export const Route = createFileRoute("/_app/accuracy")({
  validateSearch: searchOf({
    lag: oneOf(LAGS),
    by: oneOf(SEGMENTS),
    weeks: whole(1, 104),
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
