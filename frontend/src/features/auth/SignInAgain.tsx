import { useQueryClient } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/Dialog";
import { signOut } from "@/lib/session";
import { t } from "@/lib/texts";
import { SignInForm } from "./SignInForm";

/** Over the page of whom the session ended for: it stays as it is, with all that was typed. Closing it signs out. */
export default function SignInAgain({ username }: { username: string }) {
  const client = useQueryClient();
  return (
    <Dialog title={t("Your session has ended")} onClose={() => void signOut()}>
      <div className="grid gap-3">
        <SignInForm
          username={username}
          note={t("Sign in to go on where you were: what you typed is still there.")}
          onDone={() => void client.invalidateQueries()}
        />
      </div>
    </Dialog>
  );
}
