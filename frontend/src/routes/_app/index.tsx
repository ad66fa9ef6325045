import { createFileRoute } from "@tanstack/react-router";
import { Today } from "@/features/today/Today";

export const Route = createFileRoute("/_app/")({ component: Today });
