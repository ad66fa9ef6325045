/**
 * What a page's address says, read part by part; what a part cannot mean is left out. In the first load of every page,
 * so without the library that forms read with.
 */
type Part<Value> = (given: unknown) => Value | undefined;

/** A text; one that looks like a number arrives as one. */
export const text: Part<string> = (given) =>
  typeof given === "string" ? given : typeof given === "number" ? String(given) : undefined;

/** Some texts, at least one; of one alone it may arrive as itself. */
export const texts =
  (most: number): Part<string[]> =>
  (given) => {
    const found = (Array.isArray(given) ? given : [given]).flatMap((one) => text(one) ?? []).slice(0, most);
    return found.length > 0 ? found : undefined;
  };

/** A text of a form of its own. */
export const shaped =
  (shape: RegExp): Part<string> =>
  (given) =>
    typeof given === "string" && shape.test(given) ? given : undefined;

export const whole =
  (least: number, most: number): Part<number> =>
  (given) =>
    typeof given === "number" && Number.isInteger(given) && given >= least && given <= most
      ? given
      : undefined;

export const flag: Part<boolean> = (given) => (typeof given === "boolean" ? given : undefined);

export const oneOf =
  <const Values extends readonly (string | number)[]>(values: Values): Part<Values[number]> =>
  (given) =>
    values.find((value) => value === given);

type Read<Parts extends Record<string, Part<unknown>>> = {
  [Name in keyof Parts]?: ReturnType<Parts[Name]>;
};

export const searchOf =
  <Parts extends Record<string, Part<unknown>>>(parts: Parts) =>
  (given: Record<string, unknown>): Read<Parts> =>
    Object.fromEntries(
      Object.entries(parts)
        .map(([name, read]) => [name, read(given[name])])
        .filter(([, value]) => value !== undefined),
    ) as Read<Parts>;
