/** What a user does to the system: sent once, told when it is done, and what it makes old is read again. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { asApiError } from "@/api/errors";
import { outdate, type Stale } from "@/api/query";
import { type Followed, toast } from "@/components/ui/toast";
import { t } from "@/lib/texts";

export interface Act<Given, Answer> {
  send: (given: Given) => Promise<Answer>;
  /** Resources whose data is old after it; "*" is all. */
  stale: readonly Stale[];
  /** What is told when it is done; nothing where the screen shows it by itself. */
  said?: (answer: Answer, given: Given) => string;
  /** Takes it back; offered for a while beside what was told. */
  undo?: (answer: Answer, given: Given) => Followed | undefined;
  onDone?: (answer: Answer, given: Given) => void;
  /** For acts without a place of their own beside which a refusal could stand. */
  refusedAloud?: boolean;
}

export function useAct<Given = void, Answer = unknown>(act: Act<Given, Answer>) {
  const client = useQueryClient();
  // What is on its way: it is known to be pending only once that is drawn, and a second press may be quicker.
  const going = useRef(new Set<string | undefined>());
  const sent = useMutation({
    mutationFn: act.send,
    onSuccess: (answer, given) => {
      if (act.said) toast(act.said(answer, given), act.undo?.(answer, given));
      outdate(client, act.stale);
      act.onDone?.(answer, given);
    },
    onError: (error) => {
      if (act.refusedAloud) toast(t("Not done: {0}", asApiError(error).message));
    },
    onSettled: (_answer, _error, given) => going.current.delete(JSON.stringify(given)),
  });
  const mutate = (given: Given) => {
    const same = JSON.stringify(given);
    if (going.current.has(same)) return;
    going.current.add(same);
    sent.mutate(given);
  };
  return { ...sent, mutate };
}

/** What an act does that was refused because somebody was quicker: theirs is read again, and the refusal stands. */
export function useQuicker(stale: readonly Stale[]): (error: unknown) => never {
  const client = useQueryClient();
  return (error) => {
    if (asApiError(error).code?.startsWith("stale_")) outdate(client, stale);
    throw error;
  };
}
