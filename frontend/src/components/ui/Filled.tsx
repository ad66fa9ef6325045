import { Fragment, type ReactNode } from "react";

interface Props {
  /** A text of the catalogue, its places still open: `t("{0} exists.")`. */
  text: string;
  /** What stands in each place: more than a text, such as a name in bold. */
  parts: readonly ReactNode[];
}

/** A whole text with elements in its places, wherever a language has them. */
export function Filled({ text, parts }: Props) {
  return text.split(/({\d})/).map((piece, place) => {
    const [, part] = /^{(\d)}$/.exec(piece) ?? [];
    return <Fragment key={place}>{part === undefined ? piece : parts[Number(part)]}</Fragment>;
  });
}
