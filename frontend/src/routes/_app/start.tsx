import { createFileRoute } from "@tanstack/react-router";
import { Start } from "@/features/start/Start";

export const Route = createFileRoute("/_app/start")({ component: Start });
