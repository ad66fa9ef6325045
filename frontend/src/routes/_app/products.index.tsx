import { createFileRoute } from "@tanstack/react-router";
import { CLASSES } from "@/components/table/Facets";
import { SORTS } from "@/features/products/columns";
import { ProductList } from "@/features/products/ProductList";
import { flag, oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/products/")({
  validateSearch: searchOf({
    q: text,
    category: text,
    supplier: text,
    segment: oneOf(CLASSES),
    location: text,
    sort: oneOf(SORTS),
    active: flag,
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
