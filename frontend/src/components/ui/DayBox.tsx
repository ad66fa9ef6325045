import { useEffect, useState } from "react";

interface Props {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day to filter by: asked for once it is whole, or empty. The browser's own field would write it its own way. */
export function DayBox({ label, value, onChange }: Props) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => setText(value ?? ""), [value]);
  const typed = (next: string) => {
    setText(next);
    if (next === "") onChange(undefined);
    else if (DAY.test(next) && !Number.isNaN(Date.parse(next))) onChange(next);
  };
  return (
    <input
      aria-label={label}
      title={label}
      placeholder={`${label.split(" ")[0]} YYYY-MM-DD`}
      maxLength={10}
      value={text}
      aria-invalid={text !== "" && text.length === 10 && !DAY.test(text) ? true : undefined}
      onChange={(event) => typed(event.target.value)}
      className="h-8 w-40 rounded-md border border-control bg-panel px-2.5 placeholder:text-ink-3 aria-invalid:border-bad"
    />
  );
}
