import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

interface Props {
  sku: string;
  location?: string | null | undefined;
  name?: string | null | undefined;
  /** In place of the code and the location. */
  below?: ReactNode;
}

/** A product by its name, over its code and location; leads to its page. */
export function ProductLink({ sku, location, name, below }: Props) {
  return (
    <>
      <Link
        to="/products/$sku"
        params={{ sku }}
        search={location ? { location } : {}}
        className="block truncate font-medium underline-offset-2 hover:underline"
      >
        {name ?? sku}
      </Link>
      <span className="block truncate text-meta text-ink-3">
        {below ?? [sku, location].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}
