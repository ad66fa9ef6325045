/** A scenario as its address says it, as the form writes it, and as the API is asked. Pure, so that it can be tested. */

import type { Schemas } from "@/api/client";
import { ApiError, type FieldError } from "@/api/errors";
import { PricePlan, PromotionPlan, Scenario, WeatherPlan } from "@/api/forms.gen";
import { checked, decimal, optional, type Read } from "@/components/form/fields";
import { typedNumber } from "@/lib/format";
import { t } from "@/lib/texts";
import { readSearch, type WhatIfSearch } from "./search";

export const KINDS = ["skus", "category", "supplier", "segment"] as const;
export type Kind = (typeof KINDS)[number];

/** Which products, as they are being chosen. */
export interface Scope {
  by: Kind;
  skus: string[];
  category: string;
  supplier: string;
  segment: string;
  locations: string[];
}

export function scopeOf(search: WhatIfSearch): Scope {
  return {
    by: KINDS.find((kind) => search[kind] !== undefined) ?? "skus",
    skus: search.skus ?? [],
    category: search.category ?? "",
    supplier: search.supplier ?? "",
    segment: search.segment ?? "",
    locations: search.locations ?? [],
  };
}

/** The fields of the form; all but the products may stay empty: what is left out stays as it is planned. */
export const FIELDS = {
  scope: checked(
    (typed) => (askedScope(JSON.parse(typed) as Scope) ? undefined : t("Choose some")),
    (typed) => typed,
  ),
  name: optional(PromotionPlan.name),
  kind: PromotionPlan.kind,
  starts: optional(PromotionPlan.starts),
  ends: optional(PromotionPlan.ends),
  discount: PromotionPlan.discount,
  price: PricePlan.price,
  change: optional(decimal({ above: -1, max: 9, percent: true })),
  price_from: optional(PricePlan.valid_from),
  warmer: WeatherPlan.warmer,
  wetter: WeatherPlan.wetter,
  weather_from: optional(WeatherPlan.starts),
  weather_until: optional(WeatherPlan.ends),
  ...Scenario,
};
export type Values = Read<typeof FIELDS>;

/** As it is typed; what is no number in an address is shown as it stands there, and refused. */
const typedAs = (value: string | undefined) => typedNumber(value) || (value ?? "");

/** As per cent, as it is typed. */
const typedShare = (share: string | number | undefined) =>
  share === undefined ? "" : typedNumber(Math.round(Number(share) * 1e4) / 100);

/** What stands in the form of an address. */
export function typedOf(search: WhatIfSearch): { [Name in keyof typeof FIELDS]: string } {
  return {
    scope: JSON.stringify(scopeOf(search)),
    name: search.name ?? "",
    kind: search.kind ?? "other",
    starts: search.starts ?? "",
    ends: search.ends ?? "",
    discount: typedShare(search.discount),
    price: typedAs(search.price),
    change: search.factor === undefined ? "" : typedShare(Number(search.factor) - 1),
    price_from: search.price_from ?? "",
    warmer: typedAs(search.warmer),
    wetter: typedAs(search.wetter),
    weather_from: search.weather_from ?? "",
    weather_until: search.weather_until ?? "",
    lead_days: typedAs(search.lead_days),
    service_level: typedShare(search.service_level),
    on_sale_until: search.on_sale_until ?? "",
  };
}

/** The address of what was typed. Throws what is missing, at its field, as the API would refuse it. */
export function searchFrom(values: Values): WhatIfSearch {
  const scope = JSON.parse(values.scope) as Scope;
  const missing = (field: keyof Values, message = t("Needed")): FieldError => ({
    field,
    message,
    code: "needed",
  });
  const kind = values.kind === "other" ? null : values.kind;
  const promoted = values.name !== null || values.discount !== null || kind !== null;
  const priced = values.price !== null || values.change !== null;
  const weather = values.warmer !== null || values.wetter !== null;
  const spanned = values.weather_from !== null || values.weather_until !== null;
  const faults = [
    ...((promoted || values.ends !== null) && values.starts === null ? [missing("starts")] : []),
    ...((promoted || values.starts !== null) && values.ends === null ? [missing("ends")] : []),
    ...(priced && values.price_from === null ? [missing("price_from")] : []),
    ...(!priced && values.price_from !== null ? [missing("price", t("A price or a change of it"))] : []),
    ...(values.price !== null && values.change !== null
      ? [missing("change", t("Either a price or a change of it"))]
      : []),
    ...((weather || spanned) && values.weather_from === null ? [missing("weather_from")] : []),
    ...((weather || spanned) && values.weather_until === null ? [missing("weather_until")] : []),
    ...(!weather && spanned ? [missing("warmer", t("Degrees or rain"))] : []),
  ];
  if (faults.length > 0) throw new ApiError(422, { detail: t("Something is missing."), errors: faults });
  const factor =
    values.change === null ? undefined : String(Math.round((1 + Number(values.change)) * 1e4) / 1e4);
  return readSearch({
    [scope.by]: scope[scope.by],
    ...(scope.locations.length > 0 && { locations: scope.locations }),
    ...Object.fromEntries(
      Object.entries({ ...values, scope: null, change: null, kind, factor }).filter(
        ([, value]) => value !== null,
      ),
    ),
  });
}

/** The products as the API is asked of them; undefined while none are named. */
export function askedScope({ by, locations, ...named }: Scope): Schemas["ScenarioScope"] | undefined {
  if (named[by].length === 0) return undefined;
  return { [by]: named[by], ...(locations.length > 0 && { locations }) } as Schemas["ScenarioScope"];
}

/** What is asked; undefined while no products are named. */
export function askedOf(search: WhatIfSearch): Schemas["WhatIfIn"] | undefined {
  const scope = askedScope(scopeOf(search));
  if (scope === undefined) return undefined;
  const { starts, ends, name, kind, discount, price, factor, price_from } = search;
  return {
    scope,
    scenario: {
      ...(starts !== undefined &&
        ends !== undefined && {
          promotion: {
            starts,
            ends,
            ...(name && { name }),
            ...(kind && { kind }),
            ...(discount !== undefined && { discount }),
          },
        }),
      ...(price_from !== undefined && {
        price: { valid_from: price_from, ...(price !== undefined ? { price } : { factor: factor ?? "1" }) },
      }),
      ...(search.weather_from !== undefined &&
        search.weather_until !== undefined && {
          weather: {
            starts: search.weather_from,
            ends: search.weather_until,
            ...(search.warmer !== undefined && { warmer: search.warmer }),
            ...(search.wetter !== undefined && { wetter: search.wetter }),
          },
        }),
      ...(search.lead_days !== undefined && { lead_days: search.lead_days }),
      ...(search.service_level !== undefined && { service_level: search.service_level }),
      ...(search.on_sale_until !== undefined && { on_sale_until: search.on_sale_until }),
    },
  } as Schemas["WhatIfIn"];
}

/** Whether anything would be otherwise. */
export const changes = (asked: Schemas["WhatIfIn"]) => Object.keys(asked.scenario).length > 0;

const PLACES: Record<string, keyof Values> = {
  "scenario.promotion": "ends",
  "scenario.price": "price",
  "scenario.price.valid_from": "price_from",
  "scenario.price.factor": "change",
  "scenario.weather": "weather_until",
  "scenario.weather.starts": "weather_from",
  "scenario.weather.ends": "weather_until",
};

/** What the API refuses, at the fields of the form. */
export function placed(error: ApiError): ApiError {
  const fields = error.fields.map((each) => ({
    ...each,
    field:
      PLACES[each.field] ??
      (each.field.startsWith("scenario.") ? (each.field.split(".").at(-1) ?? "") : "scope"),
  }));
  return new ApiError(error.status, {
    detail: error.message,
    errors: fields,
    ...(error.code && { code: error.code }),
    ...(error.requestId && { request_id: error.requestId }),
  });
}
