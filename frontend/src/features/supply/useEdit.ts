import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { asApiError } from "@/api/errors";
import { outdate, type Stale } from "@/api/query";
import type { Fields, Read } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { type Field, formOf, merged } from "./logic";

interface Revised {
  revision: number;
}

interface Options<F extends Fields, Kept extends Revised> {
  fields: F;
  /** The fields as they are shown, and compared when somebody else was quicker. */
  shown: readonly Field[];
  kept: Kept | undefined;
  /** What stands in the fields of something new. */
  fresh: Record<string, string>;
  save: (values: Read<F>, revision: number | undefined) => Promise<unknown>;
  /** What is stored now. */
  read: () => Promise<Kept | undefined>;
  stale: readonly Stale[];
  said: string;
  onDone: () => void;
}

/** A form of something that others edit too: what they changed meanwhile is shown, and what was typed stays. */
export function useEdit<F extends Fields, Kept extends Revised>({
  kept,
  shown,
  read,
  ...given
}: Options<F, Kept>) {
  const client = useQueryClient();
  const [before, setBefore] = useState(kept);
  const [now, setNow] = useState<Kept>();
  const form = useForm({
    fields: given.fields,
    start: formOf(shown, asRead(kept ?? given.fresh)) as { [Name in keyof F & string]: string },
    send: async (values) => {
      // Sent again after a conflict, it stands on what was shown then.
      const base = now ?? before;
      try {
        return await given.save(values, base?.revision);
      } catch (error) {
        if (asApiError(error).code === "stale_revision") await showTheirs(base);
        throw error;
      }
    },
    stale: given.stale,
    said: () => given.said,
    onDone: given.onDone,
  });
  const showTheirs = async (base: Kept | undefined) => {
    outdate(client, given.stale);
    const theirs = await read();
    setBefore(base);
    setNow(theirs);
    if (theirs) form.set(merged(shown, form.typed, asRead(base ?? given.fresh), asRead(theirs)) as never);
  };
  return { form, before, now, stale: form.error?.code === "stale_revision" };
}

const asRead = (kept: object) => kept as Record<string, unknown>;
