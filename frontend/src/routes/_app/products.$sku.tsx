import { createFileRoute } from "@tanstack/react-router";
import { ProductPage } from "@/features/product/ProductPage";
import { PAST_LAGS, USUAL } from "@/features/product/past";
import { oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/products/$sku")({
  validateSearch: searchOf({
    location: text,
    lag: oneOf(PAST_LAGS),
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
