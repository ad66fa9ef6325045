import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { MendedLetter } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { Button, TextArea } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Empty } from "@/components/ui/states";
import { ago, plural } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import { Settle } from "./Settle";

export interface Group {
  service: string;
  consumer: string;
  topic: string;
  code: string;
  letters: number;
  last_at: string;
  example: string;
}
type Letter = Schemas["DeadLetterOut"];

const ROWS = 10;
const MOST_ROWS = 16;

/** The events of a group, one by one: what each holds, mended where it cannot be read, and applied again. */
export function Letters({ group, onClose }: { group: Group; onClose: () => void }) {
  const { service, consumer, topic, code } = group;
  const [open, setOpen] = useState<{ letter: Letter; what: "mend" | "redrive" } | null>(null);
  const close = () => setOpen(null);
  // Every service answers as this one does; which one is asked is the group's.
  const path = `/api/dead-letters/${service}` as "/api/dead-letters/sales";
  return (
    <Dialog wide title={t("Events that failed in {0}", service)} onClose={onClose}>
      <DataTable
        label={t("Events that failed")}
        one="event"
        columns={columnsFor((letter, what) => setOpen({ letter, what }))}
        rows={usePages(path, { query: { consumer, topic, code, limit: 50 } })}
        rowKey={(letter) => String(letter.id)}
        empty={<Empty title={t("None is left")}>{t("All of them are settled.")}</Empty>}
      />
      {open?.what === "mend" && <Mend service={service} letter={open.letter} onClose={close} />}
      {open?.what === "redrive" && (
        <Settle
          service={service}
          topic={topic}
          example={open.letter.message}
          chosen={{ ids: [open.letter.id] }}
          action="redrive"
          onClose={close}
        />
      )}
    </Dialog>
  );
}

const columnsFor = (
  onChoose: (letter: Letter, what: "mend" | "redrive") => void,
): readonly Column<Letter>[] => [
  {
    id: "value",
    label: t("What it holds"),
    width: 300,
    text: (letter) => letter.mended ?? letter.value,
    cell: (letter) => (
      <>
        <code className="line-clamp-3 text-sec [overflow-wrap:anywhere]">
          {letter.mended ?? letter.value}
        </code>
        <span className="block text-meta text-ink-3">{heard(letter.message)}</span>
        {letter.mended_by && <Badge tone="info">{t("Mended by {0}", letter.mended_by)}</Badge>}
      </>
    ),
  },
  {
    id: "at",
    label: t("Failed"),
    width: 110,
    from: "sm",
    text: (letter) => letter.stored_at,
    cell: (letter) => <span className="whitespace-nowrap text-ink-2">{ago(letter.stored_at)}</span>,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 180,
    align: "right",
    silent: true,
    cell: (letter) => (
      <span className="flex flex-wrap justify-end gap-2">
        <Button aria-label={t("Mend event {0}", letter.id)} onClick={() => onChoose(letter, "mend")}>
          {t("Mend")}
        </Button>
        <Button aria-label={t("Redrive event {0}", letter.id)} onClick={() => onChoose(letter, "redrive")}>
          {t("Redrive")}
        </Button>
      </span>
    ),
  },
];

/** What an event should have held. It is kept beside what lay in the log; only redriving sends it. */
function Mend({ service, letter, onClose }: { service: string; letter: Letter; onClose: () => void }) {
  const path = "/api/dead-letters/{service}/{letter_id}/mend".replace("{service}", service);
  const value = letter.mended ?? letter.value ?? "";
  const cut = letter.mended == null && letter.value_bytes > new TextEncoder().encode(value).length;
  const form = useForm({
    fields: MendedLetter,
    start: { value },
    send: (body) =>
      data(
        api.POST(path as "/api/dead-letters/sales/{letter_id}/mend", {
          params: { path: { letter_id: letter.id } },
          body,
        }),
      ),
    stale: ["dead-letters"],
    said: () => t("Mended. Redrive it to have it applied."),
    onDone: onClose,
  });
  return (
    <Dialog wide title={t("Mend event {0}", letter.id)} onClose={onClose}>
      <Form form={form} does={t("Mend")} doing={t("Saving")} onCancel={onClose}>
        <p className="text-ink-2 [overflow-wrap:anywhere]">{heard(letter.message)}</p>
        {cut && (
          <p className="text-warn">
            {t(
              "Only its beginning is kept, of {0}: type the whole of it.",
              plural(letter.value_bytes, "byte"),
            )}
          </p>
        )}
        <TextArea
          label={t("What it should hold")}
          hint={t("What lay in the log stays beside it. Nothing is applied before it is redriven.")}
          rows={Math.min(MOST_ROWS, Math.max(ROWS, value.split("\n").length))}
          spellCheck={false}
          {...form.field("value")}
        />
      </Form>
    </Dialog>
  );
}
