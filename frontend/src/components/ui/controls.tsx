import clsx from "clsx";
import type {
  ButtonHTMLAttributes,
  InputHTMLAttributes,
  ReactNode,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import { useId } from "react";

const LOOKS = {
  primary: "bg-accent text-on-accent border-transparent hover:bg-accent-strong",
  plain: "bg-panel text-ink border-line hover:bg-sunken",
  danger: "bg-panel text-bad border-line hover:bg-bad-soft",
  quiet: "bg-transparent text-ink-2 border-transparent hover:bg-sunken",
};

export const buttonLook = (look: keyof typeof LOOKS = "plain") =>
  clsx(
    "inline-flex h-8 shrink-0 items-center justify-center gap-2 rounded-md border px-3 text-body font-medium",
    "whitespace-nowrap disabled:cursor-not-allowed disabled:opacity-55",
    LOOKS[look],
  );

export function Button({
  look = "plain",
  className,
  type = "button",
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { look?: keyof typeof LOOKS }) {
  return <button type={type} className={clsx(buttonLook(look), className)} {...rest} />;
}

export function IconButton({
  label,
  children,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-md border border-line bg-panel text-ink hover:bg-sunken"
      {...rest}
    >
      {children}
    </button>
  );
}

export const BOX =
  "h-8 w-full rounded-md border border-control bg-panel px-2.5 text-body text-ink placeholder:text-ink-3 aria-invalid:border-bad";

interface FieldProps {
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
}

export function Labelled({
  id,
  label,
  error,
  hint,
  children,
}: FieldProps & { id: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label id={`${id}-label`} htmlFor={id} className="text-sec text-ink-2">
        {label}
      </label>
      {children}
      {hint && !error && <p className="text-sec text-ink-3">{hint}</p>}
      {error && (
        <p id={`${id}-error`} className="text-sec text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  error,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & FieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} error={error} hint={hint}>
      <input
        id={id}
        className={BOX}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        {...rest}
      />
    </Labelled>
  );
}

export function TextArea({
  label,
  error,
  hint,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & FieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} error={error} hint={hint}>
      <textarea
        id={id}
        className="w-full rounded-md border border-control bg-panel px-2.5 py-2 font-mono text-sec text-ink [overflow-wrap:anywhere] aria-invalid:border-bad"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        {...rest}
      />
    </Labelled>
  );
}

export function SelectField({
  label,
  error,
  hint,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & FieldProps & { maxLength?: number | undefined }) {
  const id = useId();
  const { maxLength: _, ...select } = rest;
  return (
    <Labelled id={id} label={label} error={error} hint={hint}>
      <select
        id={id}
        className={BOX}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        {...select}
      />
    </Labelled>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  /** As wide whatever there is to choose from. */
  steady?: boolean;
}

export const CHOICE = "h-8 max-w-60 rounded-md border border-control bg-panel px-2";

/** A choice of several in a head, where there is no room for its label. */
export function Choice<T extends string>({ label, value, options, onChange, steady }: ChoiceProps<T>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value as T)}
      className={clsx(CHOICE, steady && "w-40")}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}

export function CheckBox({ checked, onChange, children }: CheckProps) {
  return (
    <label className="flex min-h-6 items-center gap-2 text-ink-2">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {children}
    </label>
  );
}

/** A choice of two or three views. */
export function Segmented<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <fieldset className="flex max-w-full min-w-0 flex-wrap rounded-lg bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={clsx(
            "h-7 max-w-full truncate rounded-md border px-2.5 font-medium",
            option.value === value
              ? "border-line bg-panel text-ink shadow-xs dark:shadow-none"
              : "border-transparent text-ink-2",
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
