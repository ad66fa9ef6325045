/** What a driver does, in words and on one scale. Pure. */
import type { Schemas } from "@/api/client";
import { capital, change, decimals, percent } from "@/lib/format";
import { heard, wordsOf } from "@/lib/heard";
import { kindNamed, PROMOTION_KINDS } from "@/lib/promotionKinds";
import { t } from "@/lib/texts";

export type Effect = Schemas["EffectOut"];

const power = (value: number) => decimals(value, 1);

/** Of a price its elasticity is told, a power; of all others a share. */
export const isElasticity = ({ driver }: Effect) => driver === "price";

/** A kind of promotion, with its depth, as it is called; all others by their name. */
export function nameOf({ name }: Effect): string {
  const [, kind, , depth] = /^(?:(?:promotion|discount): )?([a-z_]+)(, (\d+)% off)?$/.exec(name) ?? [];
  if (kind === undefined || !(kind in PROMOTION_KINDS)) return wordsOf(name);
  return depth === undefined
    ? kindNamed(kind)
    : t("{0}, {1} off", kindNamed(kind), percent(Number(depth) / 100));
}
export const changeOf = (effect: Effect) =>
  isElasticity(effect) ? power(effect.change) : change(effect.change);
export const doubtOf = (effect: Effect) =>
  isElasticity(effect)
    ? t("{0} to {1}", power(effect.low), power(effect.high))
    : t("{0} to {1}", change(effect.low), change(effect.high));

/** What the API says of what is not known, as a sentence; scripts/codes.mjs names those that there are. */
export const noteOf = (note: string) => `${capital(heard(note))}.`;

/** What an elasticity means: by which share a tenth off the price moves sales. */
export const tenthOff = (elasticity: number) => 0.9 ** elasticity - 1;

/** Whether its doubt spans nothing at all: then it may as well do nothing. */
export const unsure = ({ low, high }: Effect) => low < 0 && high > 0;

export const HOW: Readonly<Record<string, string>> = {
  measured: t("measured"),
  "asked of the models": t("asked of the models"),
  "weeks compared": t("weeks compared"),
};

/** Where effects lie on one scale from the most that falls to the most that rises. */
export function scaleOf(effects: readonly Effect[]): (value: number) => number {
  const least = Math.min(0, ...effects.map(({ low }) => low));
  const most = Math.max(0, ...effects.map(({ high }) => high));
  const room = most - least || 1;
  return (value) => Math.max(0, Math.min(1, (value - least) / room));
}
