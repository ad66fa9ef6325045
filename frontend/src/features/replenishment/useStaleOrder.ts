import { useQueryClient } from "@tanstack/react-query";
import { asApiError } from "@/api/errors";
import { outdate } from "@/api/query";

/** What an act does that was refused because the order is another by now: it is read again, and the refusal stands. */
export function useStaleOrder(): (error: unknown) => never {
  const client = useQueryClient();
  return (error) => {
    if (asApiError(error).code === "stale_order") outdate(client, ["orders"]);
    throw error;
  };
}
