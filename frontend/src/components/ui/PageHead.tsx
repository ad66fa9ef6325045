import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { pageAt } from "@/pages";

/** The document's title while something with that name is open. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Almanac`;
  }, [title]);
}

interface Props {
  text?: ReactNode;
  children?: ReactNode;
}

/** A page's name, from the list of pages, what it is about, and what is done on all of it. */
export function PageHead({ text, children }: Props) {
  const title = pageAt(useLocation().pathname)?.title ?? "Almanac";
  useTitle(title);
  return (
    <div className="flex flex-wrap items-end gap-3 pb-4">
      <div className="min-w-0">
        <h1 className="text-page font-semibold tracking-tight">{title}</h1>
        {text && <p className="min-h-5 text-ink-2">{text}</p>}
      </div>
      <div className="ml-auto flex flex-wrap items-center gap-2">{children}</div>
    </div>
  );
}
