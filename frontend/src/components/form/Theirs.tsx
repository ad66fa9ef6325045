import { Button } from "@/components/ui/controls";
import { DialogEnd } from "@/components/ui/Dialog";
import { t } from "@/lib/texts";

export interface Difference {
  label: string;
  before: string;
  now: string;
}

interface Props {
  /** What others changed; nothing while it is being read. */
  changes: readonly Difference[] | undefined;
  busy: boolean;
  onAgain: () => void;
  onClose: () => void;
}

/** What somebody else saved while a form was open: told before what was typed may be saved on top of it. */
export function Theirs({ changes, busy, onAgain, onClose }: Props) {
  return (
    <>
      <div role="alert" className="rounded-lg bg-warn-soft px-4 py-3 sm:col-span-2">
        <p className="font-medium text-warn">{t("Somebody changed this while you were at it")}</p>
        <p className="text-ink-2">
          {t("Theirs is saved. What you typed still stands; what you did not touch is theirs now.")}
        </p>
        <ul className="py-1">
          {changes?.map((item) => (
            <li key={item.label} className="text-ink-2 [overflow-wrap:anywhere]">
              {item.label}: {item.before || t("none")} →{" "}
              <strong className="text-ink">{item.now || t("none")}</strong>
            </li>
          ))}
        </ul>
        <Button disabled={!changes || busy} onClick={onAgain}>
          {t("Save mine on top of that")}
        </Button>
      </div>
      <div className="sm:col-span-2">
        <DialogEnd>
          <Button onClick={onClose}>{t("Cancel")}</Button>
        </DialogEnd>
      </div>
    </>
  );
}
