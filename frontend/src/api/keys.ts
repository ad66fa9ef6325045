/** Query keys. The first part is what the gateway's `invalidate` events name. */
export const keys = {
  config: ["config"] as const,
  status: ["status"] as const,
  summaries: (search: object) => ["forecasts", "summary", search] as const,
  forecast: (sku: string, location?: string) => ["forecasts", "product", sku, location ?? null] as const,
  stock: (sku: string) => ["stock", sku] as const,
  ledger: ["sales", "totals"] as const,
  imports: ["imports"] as const,
  importOne: (id: string) => ["imports", id] as const,
  importErrors: (id: string) => ["imports", id, "errors"] as const,
  runs: ["training"] as const,
  deadLetters: ["dead-letters"] as const,
  users: ["users"] as const,
  apiKeys: ["api-keys"] as const,
};
