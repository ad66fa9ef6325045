/** What making a scenario the plan enters, in words and numbers. Pure. */
import { change, day, money, percent, plural, units } from "@/lib/format";
import { kindOf } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";
import type { Asked } from "./useScenario";

export function deedsOf({ scope, scenario }: Asked, products: number): string[] {
  const of = plural(products, "product");
  const where = scope.locations?.length ? scope.locations.join(", ") : t("everywhere");
  const { promotion, price, service_level: level, lead_days: lead, on_sale_until: until } = scenario;
  return [
    ...(promotion
      ? [
          t(
            "the promotion {0} from {1} to {2}{3}, of {4}, {5}",
            promotion.name ?? t("What if"),
            day(promotion.starts),
            day(promotion.ends),
            [
              kindOf(promotion) === null ? "" : `, ${kindOf(promotion)}`,
              promotion.discount == null ? "" : t(", {0} off", percent(promotion.discount)),
            ].join(""),
            of,
            where,
          ),
        ]
      : []),
    ...(price
      ? [
          price.price != null
            ? t(
                "a price of {0} from {1} for {2}, {3}",
                money(price.price, "exact"),
                day(price.valid_from),
                of,
                where,
              )
            : t(
                "prices changed by {0} from {1} for {2}, {3}",
                change(Number(price.factor) - 1),
                day(price.valid_from),
                of,
                where,
              ),
        ]
      : []),
    ...(level != null ? [t("a service level of {0} for {1}, {2}", percent(level), of, where)] : []),
    ...(lead != null
      ? [
          t(
            "a lead time of {0} {0:day/days} for the supplier {1}",
            units(lead),
            scope.supplier ?? t("of each"),
          ),
        ]
      : []),
    ...(until != null ? [t("{0} as the last day on sale of {1}", day(until, "always"), of)] : []),
  ];
}
