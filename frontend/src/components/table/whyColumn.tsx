import { ago } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Column } from "./columns";

interface Reasoned {
  reason: string | null;
  author: string;
  created_at: string;
}

/** The reason of what somebody did, who it was, and when. */
export function whyColumn<Row extends Reasoned>(width: number): Column<Row> {
  return {
    id: "why",
    label: t("Why and who"),
    width,
    file: { Why: "reason", Who: "author", When: "created_at" },
    cell: (item) => (
      <>
        {item.reason}
        <span className="block text-meta text-ink-3">{`${item.author}, ${ago(item.created_at)}`}</span>
      </>
    ),
  };
}
