import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, Link, Outlet } from "@tanstack/react-router";
import { Toaster } from "@/components/ui/toast";
import { t } from "@/lib/texts";

export const Route = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <Toaster />
    </>
  ),
  notFoundComponent: () => (
    <main className="grid h-full place-content-center gap-2 text-center">
      <h1 className="text-page font-semibold">{t("There is no such page")}</h1>
      <Link to="/" className="text-accent underline">
        {t("Go to Today")}
      </Link>
    </main>
  ),
});
