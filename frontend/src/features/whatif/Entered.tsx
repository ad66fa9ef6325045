import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { UpdateForecast } from "@/components/ui/UpdateForecast";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Asked } from "./useScenario";

const LINK = "font-medium text-ink underline underline-offset-2";

/** What was entered, and where each part stands now. */
export function Entered({ asked, entered }: { asked: Asked; entered: Schemas["Approved"] }) {
  const { promotion } = asked.scenario;
  const [sku, more] = asked.scope.skus ?? [];
  const product = (text: ReactNode) =>
    sku !== undefined && more === undefined ? (
      <Link to="/products/$sku" params={{ sku }} className={LINK}>
        {text}
      </Link>
    ) : (
      <Link
        to="/catalog"
        search={asked.scope.category ? { category: asked.scope.category } : {}}
        className={LINK}
      >
        {text}
      </Link>
    );
  return (
    <section
      aria-label={t("What was entered")}
      className="flex flex-wrap items-center gap-3 rounded-[10px] border border-line bg-good-soft px-4 py-3 text-good"
    >
      <div className="min-w-0 flex-1">
        <p role="status" className="font-semibold">
          {t("It is the plan.")}
        </p>
        <ul>
          {entered.promotion_id !== null && promotion && (
            <li>
              {t("The promotion stands")}{" "}
              <Link to="/promotions" search={{ month: promotion.starts.slice(0, 7) }} className={LINK}>
                {t("on the calendar")}
              </Link>
              .
            </li>
          )}
          {entered.prices > 0 && <li>{product(plural(entered.prices, "new price"))}</li>}
          {entered.products > 0 && (
            <li>{product(plural(entered.products, "last day on sale", "last days on sale"))}</li>
          )}
          {entered.terms > 0 && (
            <li>
              <Link to="/replenishment" search={{ view: "lines" }} className={LINK}>
                {plural(entered.terms, "service level")}
              </Link>
            </li>
          )}
          {entered.suppliers > 0 && (
            <li>
              <Link to="/replenishment" search={{ view: "suppliers" }} className={LINK}>
                {plural(entered.suppliers, "lead time")}
              </Link>
            </li>
          )}
        </ul>
        <p>{t("The next forecast knows it; until then figures are of the plan before.")}</p>
      </div>
      <UpdateForecast />
    </section>
  );
}
