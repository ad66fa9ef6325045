export const LANGUAGES: readonly string[];
export const catalogueOf: (language: string) => Record<string, string>;
export const read: () => { texts: Map<string, string[]>; outside: string[] };
export const placesOf: (text: string) => string[];
export const lacking: (language: string, found?: ReturnType<typeof read>) => string[];
export const unspoken: () => string[];
export const disagreeing: (texts: Map<string, string[]>) => [string, string[]][];
