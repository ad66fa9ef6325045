import { Copy, Mail as MailIcon, Printer } from "lucide-react";
import type { ReactNode } from "react";
import { Button, buttonLook } from "@/components/ui/controls";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { t } from "@/lib/texts";
import type { Mail } from "./mail";

interface Props {
  title: string;
  mail: Mail;
  /** Prints what stands beside the text as a page of its own; without it there is nothing to print. */
  onPrint?: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A text for a supplier: to copy, to send from one's own mail program, to print or keep as PDF. */
export function MailDialog({ title, mail, onPrint, onClose, children }: Props) {
  const copy = async () => {
    await navigator.clipboard.writeText(`${mail.subject}\n\n${mail.body}`);
    toast(t("Copied."));
  };
  const link = `mailto:?subject=${encodeURIComponent(mail.subject)}&body=${encodeURIComponent(mail.body)}`;
  return (
    <Dialog wide title={title} onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-ink-2">
          {t("Subject:")} <strong className="text-ink">{mail.subject}</strong>
        </p>
        <textarea
          readOnly
          aria-label={t("Text for the supplier")}
          rows={Math.min(16, mail.body.split("\n").length)}
          value={mail.body}
          className="w-full rounded-md border border-control bg-sunken px-3 py-2 font-mono text-sec"
        />
        {children}
        <DialogEnd>
          {onPrint && (
            <Button onClick={onPrint}>
              <Printer size={14} aria-hidden /> {t("Print or keep as PDF")}
            </Button>
          )}
          <Button onClick={() => void copy()}>
            <Copy size={14} aria-hidden /> {t("Copy")}
          </Button>
          <a href={link} className={buttonLook("primary")}>
            <MailIcon size={14} aria-hidden /> {t("Open in mail")}
          </a>
        </DialogEnd>
      </div>
    </Dialog>
  );
}
