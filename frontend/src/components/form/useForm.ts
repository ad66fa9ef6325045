import { type FormEvent, useRef, useState } from "react";
import { type ApiError, asApiError } from "@/api/errors";
import { type Act, useAct } from "@/lib/acts";
import { type Fields, fault, type Read } from "./fields";

type Texts<F extends Fields> = { [Name in keyof F & string]: string };

interface Options<F extends Fields, Answer> extends Omit<Act<Read<F>, Answer>, "send"> {
  fields: F;
  /** What stands in the fields at first. */
  start: Texts<F>;
  send: (values: Read<F>) => Promise<Answer>;
}

export interface FieldProps {
  name: string;
  value: string;
  error: string | undefined;
  maxLength: number | undefined;
  "aria-required": boolean;
  onChange: (event: { target: { value: string } }) => void;
  onBlur: () => void;
}

/**
 * The one form: texts that are read field by field. A fault is told once a field was left or everything was to be
 * sent; what the API refuses stands at its field until that is typed anew, and what it says of no field above the end.
 */
export function useForm<F extends Fields, Answer>({ fields, start, ...act }: Options<F, Answer>) {
  const [typed, setTyped] = useState<Texts<F>>(start);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [anew, setAnew] = useState<ReadonlySet<string>>(new Set());
  const element = useRef<HTMLFormElement>(null);
  const sent = useAct<Read<F>, Answer>(act);
  const error: ApiError | null = sent.error ? asApiError(sent.error) : null;
  const names = Object.keys(fields) as (keyof F & string)[];
  const faultOf = (name: keyof F & string) => fault(fields[name] as F[string], typed[name]);
  const wrong = names.filter(faultOf);

  /** Some of the values, as far as they can be read. */
  const part = <Name extends keyof F & string>(some: readonly Name[]): Pick<Read<F>, Name> | null =>
    some.some(faultOf)
      ? null
      : (Object.fromEntries(
          some.map((name) => [name, (fields[name] as F[string]).read.parse(typed[name])]),
        ) as Pick<Read<F>, Name>);
  const values = (): Read<F> | null => part(names) as Read<F> | null;
  const set = (change: Partial<Texts<F>>) => {
    setTyped((before) => ({ ...before, ...change }));
    setAnew((before) => new Set([...before, ...Object.keys(change)]));
  };
  const send = () => {
    const found = values();
    setLeft(new Set(names));
    if (found === null) {
      element.current?.querySelector<HTMLElement>(`[name="${wrong[0]}"]`)?.focus();
      return;
    }
    setAnew(new Set());
    sent.mutate(found);
  };

  return {
    element,
    typed,
    set,
    part,
    values,
    send,
    error,
    /** What was refused and stands at no field. */
    refused: error && !names.some((name) => error.field(name)) ? error : null,
    busy: sent.isPending,
    ready: wrong.length === 0,
    answer: sent.data,
    saved: sent.isSuccess,
    reset: () => {
      setTyped(start);
      setLeft(new Set());
      sent.reset();
    },
    submit: (event: FormEvent) => {
      event.preventDefault();
      event.stopPropagation(); // a dialog's form may stand inside another's
      if (!sent.isPending) send();
    },
    field: (name: keyof F & string): FieldProps => ({
      name,
      value: typed[name],
      error:
        (left.has(name) ? faultOf(name) : undefined) ?? (anew.has(name) ? undefined : error?.field(name)),
      maxLength: fields[name]?.maxLength,
      "aria-required": fields[name]?.needed ?? false,
      onChange: (event) => set({ [name]: event.target.value } as Partial<Texts<F>>),
      onBlur: () => typed[name] !== "" && setLeft((before) => new Set([...before, name])),
    }),
  };
}

/** A form of any fields, as its frame sees it. */
export type Form = Pick<
  ReturnType<typeof useForm<Fields, unknown>>,
  "element" | "submit" | "busy" | "refused" | "saved"
>;
