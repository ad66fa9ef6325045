import { useQuery } from "@tanstack/react-query";
import { query } from "@/api/query";
import { Button } from "@/components/ui/controls";
import { Filled } from "@/components/ui/Filled";
import { ago, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { said, type Target } from "./logic";

/** Somebody was quicker: shows what they did; what was typed here stays, and is saved only when asked for again. */
export function Conflict({
  target,
  since,
  onAgain,
}: {
  target: Target;
  since: number;
  onAgain: (revision: number) => void;
}) {
  const now = useQuery({ ...query("/api/overrides/revision", { query: target }), staleTime: 0 });
  const theirs = useQuery({
    ...query("/api/overrides", { query: { sku: target.sku, limit: 20 } }),
    staleTime: 0,
  });
  const later = theirs.data?.items.filter((item) => item.revision > since || item.undone_at !== null) ?? [];
  return (
    <div role="alert" className="rounded-lg bg-warn-soft px-4 py-3">
      <p className="font-medium text-warn">{t("Somebody changed this plan while you were at it")}</p>
      <p className="text-ink-2">
        {t("Nothing is lost: their change is saved, and yours still stands in the form.")}
      </p>
      <ul className="py-1 text-ink-2">
        {later.slice(0, 3).map((item) => (
          <li key={item.id}>
            <Filled
              text={
                item.undone_at
                  ? t("{0} took back {1} {2}: {3} ({4} → {5})")
                  : t("{0} said {1} {2}: {3} ({4} → {5})")
              }
              parts={[
                <strong key="author" className="text-ink">
                  {item.author}
                </strong>,
                said(item),
                ago(item.undone_at ?? item.created_at),
                item.reason,
                units(item.before_total),
                units(item.after_total),
              ]}
            />
          </li>
        ))}
      </ul>
      <Button disabled={!now.data} onClick={() => now.data && onAgain(now.data.revision)}>
        {t("Save mine on top of that")}
      </Button>
    </div>
  );
}
