import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { PasswordProof, SecondFactorCode } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { toast } from "@/components/ui/toast";
import { refresh, useSession } from "@/lib/session";
import { t } from "@/lib/texts";

/** The own second factor: turned on with a first code of the device, turned off with the password. */
export default function SecondFactor({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const [on] = useState("user" in session && session.user.second_factor);
  return on ? <TurnOff onClose={onClose} /> : <TurnOn onClose={onClose} />;
}

function usePassword<Answer>(send: (body: { current: string }) => Promise<Answer>, onDone?: () => void) {
  return useForm({
    fields: PasswordProof,
    start: { current: "" },
    send,
    stale: ["users"],
    ...(onDone && { onDone }),
  });
}

function PasswordField({ form }: { form: ReturnType<typeof usePassword> }) {
  return (
    <TextField
      label={t("Your password")}
      type="password"
      autoComplete="current-password"
      {...form.field("current")}
    />
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const form = usePassword(
    (body) => data(api.POST("/api/auth/second-factor/remove", { body })),
    () => {
      toast(t("You sign in without a code again."));
      void refresh();
      onClose();
    },
  );
  return (
    <Dialog title={t("Second factor")} onClose={onClose}>
      <Form form={form} does={t("Turn it off")} doing={t("Turning it off")} onCancel={onClose}>
        <p className="text-ink-2">
          {t("It is on: signing in takes a code of your device beside your password.")}
        </p>
        <PasswordField form={form} />
      </Form>
    </Dialog>
  );
}

function TurnOn({ onClose }: { onClose: () => void }) {
  const form = usePassword((body) => data(api.POST("/api/auth/second-factor", { body })));
  const [codes, setCodes] = useState<string[] | null>(null);
  if (codes) return <Recovery codes={codes} onClose={onClose} />;
  if (form.answer) return <FirstCode offer={form.answer} onDone={setCodes} onClose={onClose} />;
  return (
    <Dialog title={t("Second factor")} onClose={onClose}>
      <Form form={form} does={t("Go on")} onCancel={onClose}>
        <p className="text-ink-2">
          {t(
            "With it, your password alone signs nobody in: six digits that your phone shows are asked for too. Any authenticator app will do.",
          )}
        </p>
        <PasswordField form={form} />
      </Form>
    </Dialog>
  );
}

interface FirstCodeProps {
  offer: Schemas["SecondFactorOffer"];
  onDone: (codes: string[]) => void;
  onClose: () => void;
}

function FirstCode({ offer, onDone, onClose }: FirstCodeProps) {
  const form = useForm({
    fields: SecondFactorCode,
    start: { code: "" },
    send: (body) => data(api.POST("/api/auth/second-factor/confirm", { body })),
    stale: ["users"],
    onDone: (answer) => {
      void refresh();
      onDone(answer.codes);
    },
  });
  return (
    <Dialog title={t("Second factor")} onClose={onClose}>
      <Form form={form} does={t("Turn it on")} doing={t("Turning it on")} onCancel={onClose}>
        <p className="text-ink-2">
          {t("Scan this with your authenticator app, or type the secret into it.")}
        </p>
        {/* Its background is white in both themes: devices read dark on light. */}
        <img
          src={offer.picture}
          alt={t("The secret as a QR code")}
          className="mx-auto size-52 rounded-md bg-white"
        />
        <code className="rounded-md bg-sunken p-3 text-center break-all select-all">{offer.secret}</code>
        <TextField
          label={t("The code that it shows")}
          autoComplete="one-time-code"
          inputMode="numeric"
          data-autofocus
          {...form.field("code")}
        />
      </Form>
    </Dialog>
  );
}

/** The one time that the recovery codes are seen. */
function Recovery({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const text = codes.join("\n");
  return (
    <Dialog title={t("Your recovery codes")} onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">
          {t(
            "The second factor is on. Keep these apart from your device: each signs you in once without it, and they are shown this once.",
          )}
        </p>
        <code className="grid grid-cols-2 gap-x-6 gap-y-1 rounded-md bg-sunken p-3 select-all">
          {codes.map((code) => (
            <span key={code}>{code}</span>
          ))}
        </code>
        <DialogEnd>
          <Button onClick={() => void navigator.clipboard.writeText(text).then(() => toast(t("Copied.")))}>
            {t("Copy")}
          </Button>
          <Button look="primary" onClick={onClose}>
            {t("I have kept them")}
          </Button>
        </DialogEnd>
      </div>
    </Dialog>
  );
}
