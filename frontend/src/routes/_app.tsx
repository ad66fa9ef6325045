import { createFileRoute, redirect } from "@tanstack/react-router";
import { configQuery } from "@/api/queries";
import { Shell } from "@/app/Shell";
import { configure } from "@/lib/format";
import { token } from "@/lib/session";

export const Route = createFileRoute("/_app")({
  beforeLoad: async ({ context, location }) => {
    const bearer = await token().catch(() => null);
    if (!bearer) throw redirect({ to: "/login", search: { from: location.href } });
    configure(await context.queryClient.ensureQueryData(configQuery));
  },
  component: Shell,
});
