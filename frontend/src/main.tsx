import { begin } from "@/lib/ahead";
import { prepare } from "@/lib/texts";
import "@fontsource-variable/inter/index.css";
import "@/styles/index.css";

begin();
void prepare().then(() => import("@/app/dashboard"));
