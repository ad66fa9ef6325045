import { NoteIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { type Typed, text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";
import { type Entry, nameOf } from "./entries";
import { STALE, said, send, type Verb } from "./verbs";

const ASKED = {
  resolve: { title: t("Resolve"), label: t("What was done (optional)"), field: NoteIn.note },
  assign: { title: t("Assign"), label: t("To whom"), field: text({ max: 200 }) },
} satisfies Record<string, { title: string; label: string; field: Typed<string | null> }>;

interface AskProps {
  entry: Entry;
  what: keyof typeof ASKED;
  onClose: () => void;
}

export default function Ask({ entry, what, onClose }: AskProps) {
  const { title, label, field } = ASKED[what];
  const verbOf = (typed: string | null): Verb =>
    what === "resolve" ? { what, note: typed } : { what, assignee: typed };
  const form = useForm({
    fields: { text: field as Typed<string | null> },
    start: { text: "" },
    send: (values) => send(entry, verbOf(values.text)).then(() => values.text),
    stale: STALE,
    said: (typed) => said(entry, verbOf(typed)),
    onDone: onClose,
  });
  return (
    <Dialog title={`${title}: ${nameOf(entry)}`} onClose={onClose}>
      <Form form={form} does={title} onCancel={onClose}>
        <TextField label={label} {...form.field("text")} />
      </Form>
    </Dialog>
  );
}
