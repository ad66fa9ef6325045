import { CalendarDays } from "lucide-react";
import {
  type InputHTMLAttributes,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { readDay, writtenDay } from "@/lib/days";
import { day as dayText, weekday } from "@/lib/format";
import { t } from "@/lib/texts";
import { BOX, Labelled } from "./controls";

const DayPicker = lazy(() => import("./DayPicker").then((found) => ({ default: found.DayPicker })));
const ISO = /^\d{4}-\d{2}-\d{2}$/;
const written = (value: string) => (ISO.test(value) ? writtenDay(value) : value);

interface InputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "value" | "onChange"> {
  value: string;
  /** The day as ISO as soon as what is typed is one; until then, what is typed. */
  onValue: (value: string) => void;
}

/**
 * A day, typed in the reader's own format or as ISO, or picked: by the button, or by the arrow down. The browser's own
 * field would write it the way of its interface's language, whatever its reader's is.
 */
function DayInput({ value, onValue, onBlur, ...rest }: InputProps) {
  const [typed, setTyped] = useState(() => written(value));
  const [open, setOpen] = useState(false);
  const given = useRef(value);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (value === given.current) return;
    given.current = value;
    setTyped(written(value));
  }, [value]);
  const give = (next: string) => {
    given.current = next;
    onValue(next);
  };
  const pick = (day: string) => {
    setTyped(writtenDay(day));
    setOpen(false);
    give(day);
    box.current?.focus();
  };
  return (
    <span className="relative block">
      <input
        {...rest}
        ref={box}
        value={typed}
        maxLength={30}
        autoComplete="off"
        placeholder={rest.placeholder ?? writtenDay("2026-12-31")}
        onChange={({ target }) => {
          setTyped(target.value);
          give(readDay(target.value) ?? target.value.trim());
        }}
        onBlur={(event) => {
          const day = readDay(typed, { ended: true });
          if (day && day !== given.current) give(day);
          if (day) setTyped(writtenDay(day));
          onBlur?.(event);
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        }}
        aria-keyshortcuts="ArrowDown"
        className={`${BOX} pr-9`}
      />
      <button
        type="button"
        tabIndex={-1} // ArrowDown opens it from the field: who types days tabs from field to field
        aria-label={t("Pick a day")}
        aria-describedby={rest.id && `${rest.id}-label`}
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className="absolute top-0.5 right-0.5 inline-flex size-7 items-center justify-center rounded text-ink-3 hover:bg-sunken"
      >
        <CalendarDays size={15} aria-hidden />
      </button>
      {open && (
        <Suspense>
          <DayPicker value={readDay(typed)} below={box} onPick={pick} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (event: { target: { value: string } }) => void;
  onBlur?: () => void;
  error?: string | undefined;
  hint?: ReactNode;
  name?: string;
  placeholder?: string;
  maxLength?: number | undefined;
  "aria-required"?: boolean;
}

/** The one field of a form for a day; below it stands how it was read, so that no order of day and month misleads. */
export function DayField({ label, error, hint, onChange, maxLength: _, ...rest }: FieldProps) {
  const id = useId();
  const read = ISO.test(rest.value) && readDay(rest.value);
  const said = read ? `${weekday(read)} ${dayText(read, "always")}` : undefined;
  return (
    <Labelled id={id} label={label} error={error} hint={hint && said ? `${said}. ${hint}` : (said ?? hint)}>
      <DayInput
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onValue={(value) => onChange({ target: { value } })}
      />
    </Labelled>
  );
}

interface BoxProps {
  label: string;
  value: string | undefined;
  onChange: (day: string | undefined) => void;
}

/** A day to filter by, in a head, where there is no room for its label: asked for once it is whole, or empty. */
export function DayBox({ label, value, onChange }: BoxProps) {
  const [wrong, setWrong] = useState(false);
  return (
    <span className="w-40">
      <DayInput
        aria-label={label}
        title={label}
        placeholder={label}
        value={value ?? ""}
        aria-invalid={wrong || undefined}
        onBlur={({ target }) => setWrong(target.value.trim() !== "" && !readDay(target.value))}
        onValue={(next) => {
          if (next === "" || ISO.test(next)) onChange(next || undefined);
        }}
      />
    </span>
  );
}
