import { createFileRoute } from "@tanstack/react-router";
import { Ledger } from "@/features/ledger/Ledger";
import { KINDS, VIEWS } from "@/features/ledger/logic";
import { oneOf, searchOf, shaped, text } from "@/lib/search";

const day = shaped(/^\d{4}-\d{2}-\d{2}$/);

export const Route = createFileRoute("/_app/sales")({
  validateSearch: searchOf({
    view: oneOf(VIEWS),
    sku: text,
    location: text,
    kind: oneOf(KINDS),
    from: day,
    to: day,
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Ledger
        search={Route.useSearch()}
        onSearch={(change) => navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
      />
    );
  },
});
