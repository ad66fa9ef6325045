/** How a file is to be read, as far as somebody said. Pure. */

/** What people say of a file; what they leave open is found in it. */
export interface Reading {
  columns: Record<string, string> | null;
  decimal_comma: boolean | null;
  day_first: boolean | null;
}

export const AS_FOUND: Reading = { columns: null, decimal_comma: null, day_first: null };

/** The mapping as the API takes it: only what was said, and only columns that have a target. */
export function mappingText(reading: Reading): string {
  const columns =
    reading.columns && Object.fromEntries(Object.entries(reading.columns).filter(([, column]) => column));
  const said = Object.entries({ ...reading, columns }).filter(([, value]) => value !== null);
  return said.length > 0 ? JSON.stringify(Object.fromEntries(said)) : "";
}
