import { createFileRoute } from "@tanstack/react-router";
import { Training } from "@/features/training/Training";

export const Route = createFileRoute("/_app/training")({ component: Training });
