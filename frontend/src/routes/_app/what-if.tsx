import { createFileRoute } from "@tanstack/react-router";
import { locationsQuery } from "@/api/queries";
import { readSearch } from "@/features/whatif/search";
import { WhatIf } from "@/features/whatif/WhatIf";

export const Route = createFileRoute("/_app/what-if")({
  validateSearch: readSearch,
  // Whether there is a place to choose decides how high the form is. Without an answer it is drawn all the same.
  loader: ({ context }) => context.queryClient.prefetchQuery({ ...locationsQuery, retry: false }),
  component: () => {
    const navigate = Route.useNavigate();
    return <WhatIf search={Route.useSearch()} onSearch={(search) => navigate({ search })} />;
  },
});
