import clsx from "clsx";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useDebounced } from "@/lib/hooks";
import { t } from "@/lib/texts";

interface Props {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

const SETTLES_MS = 200;

/** A filter that is asked for once typing pauses, or with Enter, which never submits the form around it; Escape empties it. */
export function SearchBox({ label, placeholder, value, onChange, className = "w-60 max-sm:w-full" }: Props) {
  const [text, setText] = useState(value);
  const settled = useDebounced(text, SETTLES_MS);
  const told = useRef(value);
  const change = useRef(onChange);
  change.current = onChange;
  const tell = (next: string) => {
    if (told.current === next) return;
    told.current = next;
    change.current(next);
  };
  useEffect(() => tell(settled.trim()), [settled]);
  useEffect(() => {
    // Changed elsewhere, by a link or the way back: shown, and not told again.
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  return (
    <span className={clsx("relative block", className)}>
      <Search size={14} aria-hidden className="pointer-events-none absolute top-2 left-2.5 text-ink-3" />
      <input
        type="search"
        aria-label={label}
        placeholder={placeholder ?? t("Filter by name or code")}
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => tell(text.trim())}
        onKeyDown={(event) => {
          const empties = event.key === "Escape" && text !== "";
          if (event.key !== "Enter" && !empties) return;
          event.preventDefault(); // nor does Escape close the dialog around it, while there is something to empty
          if (empties) setText("");
          tell(empties ? "" : text.trim());
        }}
        className="h-8 w-full rounded-md border border-control bg-panel pr-2 pl-8 placeholder:text-ink-3"
      />
    </span>
  );
}
