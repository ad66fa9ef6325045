import { createFileRoute } from "@tanstack/react-router";
import { Catalog } from "@/features/catalog/Catalog";
import { PRODUCT_SORTS, STATUSES, VIEWS } from "@/features/catalog/search";
import { flag, oneOf, searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/_app/catalog")({
  validateSearch: searchOf({
    view: oneOf(VIEWS),
    q: text,
    category: text,
    location: text,
    status: oneOf(STATUSES),
    sort: oneOf(PRODUCT_SORTS),
    negative: flag,
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
