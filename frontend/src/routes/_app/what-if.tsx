import { createFileRoute } from "@tanstack/react-router";
import { readSearch } from "@/features/whatif/search";
import { WhatIf } from "@/features/whatif/WhatIf";

export const Route = createFileRoute("/_app/what-if")({
  validateSearch: readSearch,
  component: () => {
    const navigate = Route.useNavigate();
    return <WhatIf search={Route.useSearch()} onSearch={(search) => navigate({ search })} />;
  },
});
