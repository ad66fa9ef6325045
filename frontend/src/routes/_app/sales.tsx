import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Ledger } from "@/features/ledger/Ledger";
import { KINDS, VIEWS } from "@/features/ledger/logic";

const text = z.catch(z.optional(z.string()), undefined);
const day = z.catch(z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))), undefined);

export const Route = createFileRoute("/_app/sales")({
  validateSearch: z.object({
    view: z.catch(z.optional(z.enum(VIEWS)), undefined),
    sku: text,
    location: text,
    kind: z.catch(z.optional(z.enum(KINDS)), undefined),
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
