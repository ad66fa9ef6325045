/** What the administrators' page says in its address. */
export const VIEWS = ["users", "keys", "audit", "settings"] as const;
export type View = (typeof VIEWS)[number];
export const SERVICES = ["auth", "catalog", "sales", "forecaster"] as const;

export interface AdminSearch {
  view?: View | undefined;
  /** Of the trail. */
  q?: string | undefined;
  service?: (typeof SERVICES)[number] | undefined;
  since?: string | undefined;
}
