import { Link } from "@tanstack/react-router";
import { errorOf } from "@/api/errors";
import { Registration } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Filled } from "@/components/ui/Filled";
import { post } from "@/lib/session";
import { t } from "@/lib/texts";
import { AuthCard } from "./AuthCard";

export function Register() {
  const form = useForm({
    fields: { username: Registration.username, password: Registration.password },
    start: { username: "", password: "" },
    send: async (values) => {
      const response = await post("/api/auth/register", values);
      if (!response.ok) throw await errorOf(response);
      return values.username;
    },
    stale: [],
  });
  const back = (
    <Link to="/login" className="text-accent underline">
      {t("Back to sign in")}
    </Link>
  );
  if (form.answer)
    return (
      <AuthCard title={t("Waiting for approval")}>
        <p className="text-ink-2">
          <Filled
            text={t("The account {0} exists. An administrator has to approve it before you can sign in.")}
            parts={[
              <strong key="account" className="text-ink">
                {form.answer}
              </strong>,
            ]}
          />
        </p>
        {back}
      </AuthCard>
    );
  return (
    <AuthCard title={t("Ask for access")}>
      <Form form={form} does={t("Ask for access")}>
        <TextField label={t("User name")} autoComplete="username" {...form.field("username")} />
        <TextField
          label={t("Password")}
          type="password"
          autoComplete="new-password"
          {...form.field("password")}
        />
      </Form>
      {back}
    </AuthCard>
  );
}
