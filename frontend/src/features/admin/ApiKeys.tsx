import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Card, CardHead, Empty, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago } from "@/lib/format";

const SCOPES = ["sales:write", "catalog:write", "read"] as const;
type Scope = (typeof SCOPES)[number];

export function ApiKeys() {
  const client = useQueryClient();
  const [creating, setCreating] = useState(false);
  const list = useQuery({
    queryKey: keys.apiKeys,
    queryFn: () => data(api.GET("/api/api-keys", { params: { query: { limit: 500 } } })),
  });
  const revoke = useMutation({
    mutationFn: (id: string) =>
      data(api.DELETE("/api/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => toast("The key was revoked."),
    onSettled: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  return (
    <Card>
      <CardHead title="API keys" note="for tills, shops and integrations">
        <Button look="primary" onClick={() => setCreating(true)}>
          New key
        </Button>
      </CardHead>
      {revoke.error && (
        <p role="alert" className="m-4 text-bad">
          {asApiError(revoke.error).message}
        </p>
      )}
      {list.isError ? (
        <ErrorCard title="The keys" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={2} />
      ) : list.data.items.length === 0 ? (
        <Empty title="No keys yet">Make one for each system that sends sales.</Empty>
      ) : (
        <Table
          label="API keys"
          head={
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Scopes</th>
              <th scope="col">Source</th>
              <th scope="col">Made</th>
              <th scope="col">Last used</th>
              <th scope="col">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          }
        >
          {list.data.items.map((key) => (
            <tr key={key.id}>
              <td className="font-medium">{key.name}</td>
              <td>{key.scopes.join(", ")}</td>
              <td>{key.source ?? "any"}</td>
              <td className="whitespace-nowrap">{`${ago(key.created_at)} by ${key.created_by}`}</td>
              <td className="whitespace-nowrap">{ago(key.last_used_at)}</td>
              <td className="text-right">
                {key.revoked_at ? (
                  <Badge>Revoked</Badge>
                ) : (
                  <Button look="danger" disabled={revoke.isPending} onClick={() => revoke.mutate(key.id)}>
                    Revoke
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {creating && <NewKey onClose={() => setCreating(false)} />}
    </Card>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [source, setSource] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["sales:write"]);
  const create = useMutation({
    mutationFn: (): Promise<Schemas["ApiKeyCreated"]> =>
      data(api.POST("/api/api-keys", { body: { name: name.trim(), scopes, source: source.trim() || null } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
  const error = create.error ? asApiError(create.error) : null;
  if (create.data) return <Shown keyText={create.data.key} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextField
          label="Name"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={error?.field("name")}
        />
        <TextField
          label="Source (optional)"
          hint="Binds the sales of this key to one source, e.g. till-4."
          value={source}
          onChange={(event) => setSource(event.target.value)}
          error={error?.field("source")}
        />
        <fieldset className="flex flex-wrap gap-4">
          <legend className="pb-1 text-sec text-ink-2">May</legend>
          {SCOPES.map((scope) => (
            <label key={scope} className="flex h-6 items-center gap-2">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(
                    event.target.checked ? [...scopes, scope] : scopes.filter((item) => item !== scope),
                  )
                }
              />
              {scope}
            </label>
          ))}
        </fieldset>
        {error && (
          <p role="alert" className="text-bad">
            {error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" disabled={scopes.length === 0 || create.isPending}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Shown({ keyText, onClose }: { keyText: string; onClose: () => void }) {
  return (
    <Dialog title="The new key" onClose={onClose}>
      <div className="flex flex-col gap-3">
        <p className="text-ink-2">Copy it now: it is shown this once, and only its hash is kept.</p>
        <code className="rounded-md bg-sunken p-3 break-all select-all">{keyText}</code>
        <div className="flex justify-end gap-2">
          <Button onClick={() => void navigator.clipboard.writeText(keyText).then(() => toast("Copied."))}>
            Copy
          </Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
