/** What an accuracy figure means. Pure. */
import type { Tone } from "@/components/ui/states";
import { t } from "@/lib/texts";

export const LAGS = [1, 4, 8, 13] as const;
export type Lag = (typeof LAGS)[number];
export const SEGMENTS = ["method", "category", "location", "sku"] as const;
export type Segment = (typeof SEGMENTS)[number];

/** How well an 80 % range keeps what it says: one that is too wide costs stock, one that is too narrow misleads. */
export function coverageTone(share: number): "good" | "warn" | "bad" {
  if (Math.abs(share - 0.8) <= 0.04) return "good";
  return share < 0.7 ? "bad" : "warn";
}

/** A tracking signal beyond 4 is bias, not chance. */
export const signalTone = (signal: number): Tone => (Math.abs(signal) > 4 ? "bad" : "plain");

export interface Step {
  name: string;
  wape: number | null;
  change: number | null;
}

/** Naive, model, overrides: each step's error and what it changed. */
export function steps(values: {
  naive: number | null;
  model: number | null;
  override: number | null;
}): Step[] {
  const found = [
    [t("Naive: as last week"), values.naive],
    [t("Model"), values.model],
    [t("With overrides"), values.override],
  ] as const;
  return found.map(([name, wape], place) => {
    const before = found[place - 1]?.[1] ?? null;
    return { name, wape, change: wape === null || before === null ? null : wape - before };
  });
}
