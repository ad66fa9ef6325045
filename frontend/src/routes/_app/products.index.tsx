import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { ProductList } from "@/features/products/ProductList";

const SORTS = ["-next4", "next4", "name", "sku", "wape", "-wape"] as const;

export const Route = createFileRoute("/_app/products/")({
  validateSearch: z.object({
    q: z.catch(z.optional(z.string()), undefined),
    sort: z.catch(z.optional(z.enum(SORTS)), undefined),
    active: z.catch(z.optional(z.boolean()), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <ProductList
        search={Route.useSearch()}
        onSearch={(change) => navigate({ search: (before) => ({ ...before, ...change }), replace: true })}
        onOpen={(sku, location) => navigate({ to: "/products/$sku", params: { sku }, search: { location } })}
      />
    );
  },
});
