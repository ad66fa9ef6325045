import { useState } from "react";
import { asApiError } from "@/api/errors";
import type { Act } from "@/lib/acts";
import type { Fields, Read } from "./fields";
import { type Difference, Theirs } from "./Theirs";
import { useForm } from "./useForm";

/** What says which of its revisions was read, where it has any. */
interface Revised {
  revision?: number;
}
/** What the API says of a change that stands on something older than is stored: of a whole, or of one value. */
const STALE = ["stale_revision", "stale_value"];
type Texts = Record<string, string>;

interface Options<F extends Fields, Kept extends object, Answer> extends Omit<Act<Read<F>, Answer>, "send"> {
  fields: F;
  /** What is edited, as it is known now; nothing where something new is made. */
  kept: Kept | undefined;
  /** What stands in the fields of it; of nothing: of something new. */
  textsOf: (kept: Kept | undefined) => { [Name in keyof F & string]: string };
  /** What else of it is compared, by what it is called. */
  othersOf?: (kept: Kept) => Texts;
  /** What the fields are called. */
  labels: { [Name in keyof F & string]: string };
  save: (values: Read<F>, revision: number | undefined, read: Kept | undefined) => Promise<Answer>;
  /** What is stored now. */
  read: () => Promise<Kept | undefined>;
  /** Somebody else was quicker: what the form holds beside its fields and was not touched is theirs. */
  take?: (before: Kept, now: Kept) => void;
  onClose: () => void;
}

/**
 * A form of something that others edit too. It stands on what it was opened with, whatever the live stream brings
 * meanwhile: a quicker change of somebody else is refused, told field by field, and only then saved over.
 */
export function useShared<F extends Fields, Kept extends object, Answer>({
  kept,
  textsOf,
  othersOf = () => ({}),
  labels,
  save,
  read,
  take,
  onClose,
  ...act
}: Options<F, Kept, Answer>) {
  const [base, setBase] = useState(kept);
  const [changes, setChanges] = useState<Difference[]>();
  const form = useForm<F, Answer>({
    ...act,
    start: textsOf(kept),
    send: async (values) => {
      try {
        return await save(values, (base as Revised | undefined)?.revision, base);
      } catch (error) {
        if (base && isStale(error)) await show(base);
        throw error;
      }
    },
  });
  const show = async (before: Kept) => {
    setChanges(undefined);
    const now = await read();
    if (!now) return;
    const [was, is] = [textsOf(before), textsOf(now)];
    const names = (Object.keys(was) as (keyof F & string)[]).filter((name) => was[name] !== is[name]);
    const untouched = names.filter((name) => form.typed[name] === was[name]);
    form.set(Object.fromEntries(untouched.map((name) => [name, is[name]])) as Partial<typeof is>);
    take?.(before, now);
    const [others, othersNow] = [othersOf(before), othersOf(now)];
    setChanges([
      ...names.map((name) => ({ label: labels[name], before: was[name], now: is[name] })),
      ...Object.keys(others)
        .filter((label) => others[label] !== othersNow[label])
        .map((label) => ({ label, before: others[label] ?? "", now: othersNow[label] ?? "" })),
    ]);
    setBase(now);
  };
  const stale = form.error !== null && isStale(form.error);
  return {
    ...form,
    /** In place of the form's end, while somebody else's change is told. */
    theirs: stale && <Theirs changes={changes} busy={form.busy} onAgain={form.send} onClose={onClose} />,
  };
}

const isStale = (error: unknown) => STALE.includes(asApiError(error).code ?? "");

/** Lists that are compared as a whole: mine where I touched it, else theirs. */
export const mineOrTheirs = <One,>(mine: One[], before: readonly One[], now: readonly One[]): One[] =>
  JSON.stringify(mine) === JSON.stringify(before) ? [...now] : mine;
