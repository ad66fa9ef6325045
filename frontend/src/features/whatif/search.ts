/** What the address of a scenario says; numbers as the API takes them, so that a link means the same to every reader. */
import { CLASSES } from "@/components/table/Facets";
import { KIND_CODES } from "@/lib/promotionKinds";
import { oneOf, searchOf, shaped, text, texts } from "@/lib/search";

const DAY = shaped(/^\d{4}-\d{2}-\d{2}$/);

export const readSearch = searchOf({
  skus: texts(2000),
  category: text,
  supplier: text,
  segment: oneOf(CLASSES),
  locations: texts(1000),
  name: text,
  kind: oneOf(KIND_CODES),
  starts: DAY,
  ends: DAY,
  discount: text,
  price: text,
  factor: text,
  price_from: DAY,
  warmer: text,
  wetter: text,
  weather_from: DAY,
  weather_until: DAY,
  lead_days: text,
  service_level: text,
  on_sale_until: DAY,
});
export type WhatIfSearch = ReturnType<typeof readSearch>;
