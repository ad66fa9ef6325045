import { useQuery } from "@tanstack/react-query";
import { configQuery } from "@/api/queries";
import { t } from "@/lib/texts";

const SAID: Record<string, string> = {
  demo: t("Demo: a real wholesaler's sales. Its stock, suppliers, orders and promotions are generated."),
  "demo-stores": t("Demo: these shops do not exist. All that is shown of them is generated."),
};

/** What of a demo's data is real and what is not, on every screen; nothing where the data are somebody's own. */
export function DemoBanner() {
  const { data: config } = useQuery(configQuery);
  const said = SAID[config?.profile ?? ""];
  if (!said) return null;
  return (
    <aside
      aria-label={t("About these data")}
      className="shrink-0 border-b border-line bg-accent-soft px-3 py-1 text-sec text-accent sm:px-5"
    >
      <p role="note">{said}</p>
    </aside>
  );
}
