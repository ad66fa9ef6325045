import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { t } from "@/lib/texts";
import { AuthCard } from "./AuthCard";
import { SignInForm } from "./SignInForm";

/** Only a path of this site: a link must not send people elsewhere after they signed in. */
export function safeReturn(from: string | undefined): string {
  return from?.startsWith("/") && !/^\/[/\\]/.test(from) && !from.startsWith("/login") ? from : "/";
}

export function SignIn({ from }: { from: string | undefined }) {
  const router = useRouter();
  const navigate = useNavigate();
  const goOn = () => {
    const target = safeReturn(from);
    if (target === "/") void navigate({ to: "/" });
    else router.history.push(target);
  };
  return (
    <AuthCard title={t("Sign in")}>
      <SignInForm note={from && t("Sign in to go on where you were.")} onDone={goOn} />
      <p className="text-ink-2">
        {t("No account?")}{" "}
        <Link to="/register" className="text-accent underline">
          {t("Ask for access")}
        </Link>
      </p>
    </AuthCard>
  );
}
