/** The content of src/api/forms.gen.ts, made of an OpenAPI document. */
export function write(document: unknown): string;
