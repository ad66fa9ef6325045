import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { t } from "@/lib/texts";
import { CHOICE } from "./controls";

export interface Offer<Data> {
  query: UseQueryOptions<Data, Error, Data, QueryKey>;
  options: (data: Data) => readonly { value: string; label: string }[];
  /** Whether what is chosen is shown by another name than its code, which has to be read. */
  named?: boolean;
}

interface Props<Data> extends Offer<Data> {
  label: string;
  /** What it says while nothing is chosen. */
  none: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

const OPENS = [" ", "ArrowDown", "ArrowUp", "F4"];

/**
 * A choice of what is read when somebody is about to choose: it is pointed at, or has the focus. Pressed sooner than that
 * is here, it opens once it is, never with a part of it. As wide whatever there is to choose from.
 */
export function LateChoice<Data>({
  label,
  none,
  value,
  query,
  options,
  named,
  onChange,
  className,
}: Props<Data>) {
  const select = useRef<HTMLSelectElement>(null);
  const [asked, setAsked] = useState(false);
  const [opening, setOpening] = useState(false);
  const found = useQuery({ ...query, enabled: asked || (named === true && value !== "") });
  const { data, isFetching, isError, refetch } = found;
  const waits = data === undefined && isFetching;
  useEffect(() => {
    if (!opening || waits) return;
    setOpening(false);
    try {
      select.current?.showPicker();
    } catch {
      // The press is too long ago, or the browser cannot: the next one opens it.
    }
  }, [opening, waits]);
  const ask = () => {
    setAsked(true);
    if (isError && !isFetching) void refetch();
  };
  const open = (event: MouseEvent | KeyboardEvent) => {
    if (data !== undefined) return; // opens by itself
    event.preventDefault();
    select.current?.focus();
    ask();
    setOpening(true);
  };
  const known = data === undefined ? [] : options(data);
  return (
    <select
      ref={select}
      aria-label={label}
      aria-busy={waits || undefined}
      value={value}
      onPointerEnter={ask}
      onFocus={ask}
      onMouseDown={open}
      onKeyDown={(event) => OPENS.includes(event.key) && open(event)}
      onChange={(event) => onChange(event.target.value)}
      className={clsx(CHOICE, "w-40", className)}
    >
      <option value="">{none}</option>
      {known.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
      {value !== "" && !known.some((option) => option.value === value) && (
        <option value={value}>{value}</option>
      )}
      {data !== undefined && known.length === 0 && <option disabled>{t("There are none yet")}</option>}
      {isError && data === undefined && <option disabled>{t("Could not be read")}</option>}
    </select>
  );
}
