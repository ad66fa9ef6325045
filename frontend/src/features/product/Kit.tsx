import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { componentsQuery } from "@/api/queries";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge } from "@/components/ui/states";
import { day, units } from "@/lib/format";
import { t } from "@/lib/texts";

type Components = Schemas["ComponentsOut"];

/** What a product consists of, by the days from which on it does, and the kits it is in; nothing where there is none. */
export function Bills({ sku }: { sku: string }) {
  const { data } = useQuery(componentsQuery(sku));
  if (!data || (data.bills.length === 0 && data.kits.length === 0)) return null;
  return (
    <div className="grid gap-3 border-t border-line px-4 py-3">
      {data.bills.map((bill) => (
        <Bill key={bill.valid_from} bill={bill} />
      ))}
      {data.kits.length > 0 && (
        <section aria-label={t("In kits")}>
          <h3 className="pb-1 text-sec text-ink-2">{t("In kits")}</h3>
          <ul className="grid gap-1">
            {data.kits.map((kit) => (
              <li key={`${kit.kit} ${kit.valid_from}`} className="flex items-start gap-2">
                <span className="w-14 shrink-0 text-right font-semibold">{units(kit.quantity)}</span>
                <div className="min-w-0">
                  <ProductLink sku={kit.kit} name={kit.name} below={within(kit)} />
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Bill({ bill }: { bill: Components["bills"][number] }) {
  const title = t("Consists of, from {0}", day(bill.valid_from, "always"));
  return (
    <section aria-label={title}>
      <h3 className="flex flex-wrap items-center gap-2 pb-1 text-sec text-ink-2">
        {title}
        {bill.components.length > 0 && (
          <Badge>{bill.pre_packed ? t("Pre-packed") : t("Assembled when sold")}</Badge>
        )}
      </h3>
      {bill.components.length === 0 ? (
        <p className="text-ink-2">{t("No kit from then on.")}</p>
      ) : (
        <ul className="grid gap-1">
          {bill.components.map((each) => (
            <li key={each.sku} className="flex items-start gap-2">
              <span className="w-14 shrink-0 text-right font-semibold">{units(each.quantity)}</span>
              <div className="min-w-0">
                <ProductLink sku={each.sku} name={each.name} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function within({ kit, valid_from: from, until, pre_packed: packed }: Components["kits"][number]): string {
  const days = until
    ? t("from {0} until before {1}", day(from, "always"), day(until, "always"))
    : t("from {0}", day(from, "always"));
  return [kit, days, packed && t("Pre-packed")].filter(Boolean).join(" · ");
}
