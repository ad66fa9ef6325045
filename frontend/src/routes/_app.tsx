import { createFileRoute, redirect } from "@tanstack/react-router";
import { configQuery } from "@/api/queries";
import { Shell } from "@/app/Shell";
import { token } from "@/lib/session";
import { configure } from "@/lib/workspace";

export const Route = createFileRoute("/_app")({
  codeSplitGroupings: [], // every page stands in it
  beforeLoad: async ({ context, location }) => {
    const bearer = await token().catch(() => null);
    if (!bearer) throw redirect({ to: "/login", search: { from: location.href } });
    configure(await context.queryClient.ensureQueryData(configQuery));
  },
  component: Shell,
});
