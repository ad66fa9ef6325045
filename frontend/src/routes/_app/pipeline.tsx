import { createFileRoute } from "@tanstack/react-router";
import { Pipeline } from "@/features/pipeline/Pipeline";

export const Route = createFileRoute("/_app/pipeline")({ component: Pipeline });
