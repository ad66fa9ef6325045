import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod/mini";
import { SignIn } from "@/features/auth/SignIn";

export const Route = createFileRoute("/login")({
  validateSearch: z.object({ from: z.catch(z.optional(z.string()), undefined) }),
  component: () => <SignIn from={Route.useSearch().from} />,
});
