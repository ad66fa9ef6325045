import { createFileRoute } from "@tanstack/react-router";
import { SignIn } from "@/features/auth/SignIn";
import { searchOf, text } from "@/lib/search";

export const Route = createFileRoute("/login")({
  validateSearch: searchOf({ from: text }),
  component: () => <SignIn from={Route.useSearch().from} />,
});
