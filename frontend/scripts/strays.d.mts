import type ts from "typescript";

export const strays: (source: ts.SourceFile, file: string) => string[];
