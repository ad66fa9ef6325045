import type { ReactNode } from "react";
import { Button } from "@/components/ui/controls";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { t } from "@/lib/texts";

interface Props {
  title: string;
  secret: string;
  onClose: () => void;
  children: ReactNode;
}

/** The one time that a password or key is seen; what to do with it is said above it. */
export function SecretShown({ title, secret, onClose, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">{children}</p>
        <code className="rounded-md bg-sunken p-3 break-all select-all">{secret}</code>
        <DialogEnd>
          <Button onClick={() => void navigator.clipboard.writeText(secret).then(() => toast(t("Copied.")))}>
            {t("Copy")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t("Done")}
          </Button>
        </DialogEnd>
      </div>
    </Dialog>
  );
}
