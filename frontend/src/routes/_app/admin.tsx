import { createFileRoute } from "@tanstack/react-router";
import { Admin } from "@/features/admin/Admin";

export const Route = createFileRoute("/_app/admin")({ component: Admin });
