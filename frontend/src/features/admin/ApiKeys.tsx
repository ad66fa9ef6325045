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
import { Dialog, DialogEnd } from "@/components/ui/Dialog";
import { Badge, Empty } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago } from "@/lib/format";

type Key = Schemas["ApiKeyOut"];
const SCOPES = ["sales:write", "catalog:write", "read"] as const;
type Scope = (typeof SCOPES)[number];

const COLUMNS: readonly Column<Key>[] = [
  {
    id: "name",
    label: "Name",
    width: 140,
    text: (key) => key.name,
    cell: (key) => <span className="block truncate font-medium">{key.name}</span>,
  },
  {
    id: "scopes",
    label: "Scopes",
    width: 150,
    text: (key) => key.scopes.join(" "),
    cell: (key) => key.scopes.join(", "),
  },
  {
    id: "source",
    label: "Source",
    width: 90,
    from: "md",
    text: (key) => key.source,
    cell: (key) => key.source ?? "any",
  },
  {
    id: "made",
    label: "Made",
    width: 150,
    from: "md",
    text: (key) => key.created_at,
    cell: (key) => `${ago(key.created_at)} by ${key.created_by}`,
  },
  {
    id: "used",
    label: "Last used",
    width: 100,
    from: "sm",
    text: (key) => key.last_used_at,
    cell: (key) => <span className="whitespace-nowrap">{ago(key.last_used_at)}</span>,
  },
  {
    id: "actions",
    label: "Actions",
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
        title="API keys"
        note="for tills, shops and integrations"
        label="API keys"
        one="key"
        columns={COLUMNS}
        rows={usePages("/api/api-keys", { query: { limit: 100 } })}
        rowKey={(key) => key.id}
        empty={<Empty title="No keys yet">Make one for each system that sends sales.</Empty>}
        actions={
          <Button look="primary" onClick={() => setCreating(true)}>
            New key
          </Button>
        }
      />
      {creating && <NewKey onClose={() => setCreating(false)} />}
    </>
  );
}

function Revoke({ apiKey }: { apiKey: Key }) {
  if (apiKey.revoked_at) return <Badge>Revoked</Badge>;
  return (
    <ConfirmButton
      label="Revoke"
      name={`Revoke ${apiKey.name}`}
      look="danger"
      title={`Revoke ${apiKey.name}`}
      does="Revoke"
      send={() => data(api.DELETE("/api/api-keys/{key_id}", { params: { path: { key_id: apiKey.id } } }))}
      stale={["api-keys"]}
      said={() => `The key ${apiKey.name} was revoked.`}
    >
      Whatever uses this key is refused from then on{" "}
      {apiKey.last_used_at ? `(it was last used ${ago(apiKey.last_used_at)})` : "(it was never used)"}. A
      revoked key cannot be brought back.
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
  if (form.answer) return <Shown keyText={form.answer.key} onClose={onClose} />;
  const toggle = (scope: Scope, on: boolean) =>
    setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope));
  return (
    <Dialog title="New API key" onClose={onClose}>
      <Form form={form} does="Make the key" ready={scopes.length > 0} onCancel={onClose}>
        <TextField label="Name" {...form.field("name")} />
        <TextField
          label="Source (optional)"
          hint="Binds the sales of this key to one source, e.g. till-4."
          {...form.field("source")}
        />
        <fieldset className="flex flex-wrap gap-4">
          <legend className="pb-1 text-sec text-ink-2">May</legend>
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

function Shown({ keyText, onClose }: { keyText: string; onClose: () => void }) {
  return (
    <Dialog title="The new key" onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">Copy it now: it is shown this once, and only its hash is kept.</p>
        <code className="rounded-md bg-sunken p-3 break-all select-all">{keyText}</code>
        <DialogEnd>
          <Button onClick={() => void navigator.clipboard.writeText(keyText).then(() => toast("Copied."))}>
            Copy
          </Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </DialogEnd>
      </div>
    </Dialog>
  );
}
