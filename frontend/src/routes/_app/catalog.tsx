import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { Catalog } from "@/features/catalog/Catalog";
import { PRODUCT_SORTS, STATUSES, VIEWS } from "@/features/catalog/search";

const text = z.catch(z.optional(z.string()), undefined);

export const Route = createFileRoute("/_app/catalog")({
  validateSearch: z.object({
    view: z.catch(z.optional(z.enum(VIEWS)), undefined),
    q: text,
    category: text,
    location: text,
    status: z.catch(z.optional(z.enum(STATUSES)), undefined),
    sort: z.catch(z.optional(z.enum(PRODUCT_SORTS)), undefined),
    negative: z.catch(z.optional(z.boolean()), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <Catalog
        search={Route.useSearch()}
        onSearch={(search, replace = false) => navigate({ search, replace })}
        onOpen={(sku) => navigate({ to: "/products/$sku", params: { sku } })}
      />
    );
  },
});
