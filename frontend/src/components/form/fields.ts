/**
 * What is typed, read as the API takes it. Fields are texts; forms.gen.ts makes one of each property of a body, with
 * the bounds that the OpenAPI document states, so that a fault is told while typing and never differs from the API's.
 */

import { z } from "zod/mini";
import { writtenDay } from "@/lib/days";
import { parseNumber, typedNumber } from "@/lib/format";
import { t } from "@/lib/texts";

/** A field that reads a text as a value to send, with what its input may know of it. */
export interface Typed<Value> {
  read: z.ZodMiniType<Value, string>;
  needed: boolean;
  maxLength?: number | undefined;
}
export type Fields = Record<string, Typed<unknown>>;
export type Read<F extends Fields> = {
  [Name in keyof F]: F[Name] extends Typed<infer Value> ? Value : never;
};

interface TextBounds {
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** Space around it counts, as in a pass phrase. */
  exact?: boolean;
}

export function text({ min = 1, max, pattern, exact }: TextBounds = {}): Typed<string> {
  const least = min > 1 ? t("At least {0} letters", min) : t("Needed");
  const checks = [
    ...(exact ? [] : [z.trim()]),
    z.minLength(1, { error: t("Needed"), abort: true }),
    z.minLength(min, { error: least, abort: true }),
    ...(max ? [z.maxLength(max, t("At most {0} letters", max))] : []),
    ...(pattern ? [z.regex(pattern, t("Not a valid text here"))] : []),
  ] as Parameters<ReturnType<typeof z.string>["check"]>;
  return { read: z.string().check(...checks), needed: true, maxLength: max };
}

interface Bounds {
  min?: number;
  max?: number;
  /** Bounds that are not reached. */
  above?: number;
  below?: number;
  /** What is typed as per cent and sent as a share. */
  percent?: boolean;
}

/** A number as it is sent, a text: what people type for it may have thousands' commas and a true minus. */
export function decimal({ min, max, above, below, percent }: Bounds = {}): Typed<string> {
  const scale = percent ? 100 : 1;
  const said = (bound: number) => `${typedNumber(bound * scale)}${percent ? " %" : ""}`;
  const fault = (typed: string): string | undefined => {
    if (typed.trim() === "") return t("Needed");
    const number = parseNumber(typed);
    if (number === null) return t(t("Type a number"));
    const value = number / scale;
    if (min !== undefined && value < min) return t("At least {0}", said(min));
    if (above !== undefined && value <= above) return t("More than {0}", said(above));
    if (max !== undefined && value > max) return t("At most {0}", said(max));
    return below !== undefined && value >= below ? t("Less than {0}", said(below)) : undefined;
  };
  const sent = (typed: string) => {
    const number = parseNumber(typed) ?? 0;
    return String(percent ? Math.round(number * 1e4) / 1e6 : number);
  };
  return checked(fault, sent);
}

/** A text with a rule of its own: why it cannot be sent, and what is sent of it. */
export function checked(
  fault: (typed: string) => string | undefined,
  sent: (typed: string) => string,
  maxLength?: number,
): Typed<string> {
  const found = z.string().check(
    z.superRefine((typed, context) => {
      const message = fault(typed);
      if (message) context.addIssue({ code: "custom", message });
    }),
  );
  const read = z.pipe(found, z.transform(sent)) as z.ZodMiniType<string, string>;
  return { read, needed: true, maxLength };
}

export function day(): Typed<string> {
  return {
    read: z
      .string()
      .check(
        z.trim(),
        z.regex(/^\d{4}-\d{2}-\d{2}$/, t("A day, as {0} or 2026-12-31", writtenDay("2026-12-31"))),
      ),
    needed: true,
    maxLength: 10,
  };
}

export function choice<const Value extends string>(values: readonly Value[]): Typed<Value> {
  return { read: z.enum(values) as unknown as z.ZodMiniType<Value, string>, needed: true };
}

/** Left empty it is sent as nothing. */
export function optional<Value>(field: Typed<Value>): Typed<Value | null> {
  const empty = z.pipe(
    z.string().check(z.regex(/^\s*$/)),
    z.transform(() => null),
  );
  return {
    ...field,
    read: z.union([empty, field.read]) as unknown as z.ZodMiniType<Value | null, string>,
    needed: false,
  };
}

/** Why a text cannot be sent; undefined when it can. */
export function fault(field: Typed<unknown>, typed: string): string | undefined {
  const found = field.read.safeParse(typed);
  if (found.success) return undefined;
  const [issue] = found.error.issues;
  // Of a field that may be empty, what is wrong with it when it is not.
  const inner = issue?.code === "invalid_union" ? issue.errors.at(-1)?.[0] : issue;
  return inner?.message ?? t(t("Not valid"));
}
