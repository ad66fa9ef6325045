import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ApiKeyIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, CheckBox, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Empty } from "@/components/ui/states";
import { ago } from "@/lib/format";
import { t } from "@/lib/texts";
import { SecretShown } from "./SecretShown";

type Key = Schemas["ApiKeyOut"];
const SCOPES = ["sales:write", "catalog:write", "read"] as const;
type Scope = (typeof SCOPES)[number];

const COLUMNS: readonly Column<Key>[] = [
  {
    id: "name",
    label: t("Name"),
    width: 140,
    file: "name",
    cell: (key) => <span className="block truncate font-medium">{key.name}</span>,
  },
  {
    id: "scopes",
    label: t("Scopes"),
    width: 150,
    file: "scopes",
    cell: (key) => key.scopes.join(", "),
  },
  {
    id: "source",
    label: t("Source"),
    width: 90,
    from: "md",
    file: "source",
    cell: (key) => key.source ?? t("any"),
  },
  {
    id: "made",
    label: t("Made"),
    width: 150,
    from: "md",
    file: "created_at",
    cell: (key) => t("{0} by {1}", ago(key.created_at), key.created_by),
  },
  {
    id: "used",
    label: t("Last used"),
    width: 130,
    from: "sm",
    file: "last_used_at",
    cell: (key) => <span className="whitespace-nowrap">{ago(key.last_used_at)}</span>,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 100,
    align: "right",
    silent: true,
    cell: (key) => <Revoke apiKey={key} />,
  },
];

export function ApiKeys() {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ListCard
        title={t("API keys")}
        note={t("for tills, shops and integrations")}
        label={t("API keys")}
        one="key"
        columns={COLUMNS}
        rows={usePages("/api/api-keys", { query: { limit: 100 } })}
        rowKey={(key) => key.id}
        empty={<Empty title={t("No keys yet")}>{t("Make one for each system that sends sales.")}</Empty>}
        actions={
          <Button look="primary" onClick={() => setCreating(true)}>
            {t("New key")}
          </Button>
        }
      />
      {creating && <NewKey onClose={() => setCreating(false)} />}
    </>
  );
}

function Revoke({ apiKey }: { apiKey: Key }) {
  if (apiKey.revoked_at) return <Badge>{t("Revoked")}</Badge>;
  return (
    <ConfirmButton
      label={t("Revoke")}
      name={t("Revoke {0}", apiKey.name)}
      look="danger"
      title={t("Revoke {0}", apiKey.name)}
      does={t("Revoke")}
      send={() => data(api.DELETE("/api/api-keys/{key_id}", { params: { path: { key_id: apiKey.id } } }))}
      stale={["api-keys"]}
      said={() => t("The key {0} was revoked.", apiKey.name)}
    >
      {apiKey.last_used_at
        ? t(
            "Whatever uses this key is refused within a minute (it was last used {0}). A revoked key cannot be brought back.",
            ago(apiKey.last_used_at),
          )
        : t(
            "Whatever uses this key is refused within a minute (it was never used). A revoked key cannot be brought back.",
          )}
    </ConfirmButton>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const [scopes, setScopes] = useState<Scope[]>(["sales:write"]);
  const form = useForm({
    fields: { name: ApiKeyIn.name, source: ApiKeyIn.source },
    start: { name: "", source: "" },
    send: (values) => data(api.POST("/api/api-keys", { body: { ...values, scopes } })),
    stale: ["api-keys"],
  });
  if (form.answer) {
    return (
      <SecretShown title={t("The new key")} secret={form.answer.key} onClose={onClose}>
        {t("Copy it now: it is shown this once, and only its hash is kept.")}
      </SecretShown>
    );
  }
  const toggle = (scope: Scope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  return (
    <Dialog title={t("New API key")} onClose={onClose}>
      <Form form={form} does={t("Make the key")} ready={scopes.length > 0} onCancel={onClose}>
        <TextField label={t("Name")} {...form.field("name")} />
        <TextField
          label={t("Source (optional)")}
          hint={t("Binds the sales of this key to one source, e.g. till-4.")}
          {...form.field("source")}
        />
        <fieldset className="flex flex-wrap gap-4">
          <legend className="pb-1 text-sec text-ink-2">{t("May")}</legend>
          {SCOPES.map((scope) => (
            <CheckBox key={scope} checked={scopes.includes(scope)} onChange={(on) => toggle(scope, on)}>
              {scope}
            </CheckBox>
          ))}
        </fieldset>
      </Form>
    </Dialog>
  );
}
