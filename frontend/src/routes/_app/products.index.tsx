import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { SORTS } from "@/features/products/columns";
import { ProductList } from "@/features/products/ProductList";

const text = z.catch(z.optional(z.string()), undefined);

export const Route = createFileRoute("/_app/products/")({
  validateSearch: z.object({
    q: text,
    category: text,
    location: text,
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
