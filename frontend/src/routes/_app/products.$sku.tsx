import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { ProductPage } from "@/features/product/ProductPage";
import { PAST_LAGS, USUAL } from "@/features/product/past";

export const Route = createFileRoute("/_app/products/$sku")({
  validateSearch: z.object({
    location: z.catch(z.optional(z.string()), undefined),
    lag: z.catch(z.optional(z.literal(PAST_LAGS)), undefined),
  }),
  component: () => {
    const navigate = Route.useNavigate();
    const { location, lag } = Route.useSearch();
    return (
      <ProductPage
        sku={Route.useParams().sku}
        location={location}
        onLocation={(place) => navigate({ search: (before) => ({ ...before, location: place }) })}
        lag={lag ?? USUAL}
        onLag={(chosen) => navigate({ search: (before) => ({ ...before, lag: chosen }), replace: true })}
      />
    );
  },
});
