import type { ReactNode } from "react";
import { Term, type Word } from "./Term";

interface Props {
  label: ReactNode;
  /** The word of the glossary that its name explains. */
  term?: Word;
  children: ReactNode;
}

/** A name and its value in a `dl`. */
export function DefinitionLine({ label, term, children }: Props) {
  return (
    <div className="flex items-baseline justify-between gap-4 border-b border-line py-2 last:border-b-0">
      <dt className="text-ink-2">{term ? <Term of={term}>{label}</Term> : label}</dt>
      <dd className="text-right">{children}</dd>
    </div>
  );
}
