import { useQuery } from "@tanstack/react-query";
import { useRested } from "@/lib/hooks";
import { statusQuery } from "./queries";

/** What the whole system is doing, beside a page: every service is asked for it, so what was opened comes first. */
export const useStatus = () => useQuery({ ...statusQuery, enabled: useRested() });
