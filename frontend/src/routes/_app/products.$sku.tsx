import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { ProductPage } from "@/features/product/ProductPage";

export const Route = createFileRoute("/_app/products/$sku")({
  validateSearch: z.object({ location: z.catch(z.optional(z.string()), undefined) }),
  component: () => {
    const navigate = Route.useNavigate();
    return (
      <ProductPage
        sku={Route.useParams().sku}
        location={Route.useSearch().location}
        onLocation={(location) => navigate({ search: { location } })}
      />
    );
  },
});
