import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data, type Schemas } from "@/api/client";
import { asApiError } from "@/api/errors";
import { keys } from "@/api/keys";
import { Button } from "@/components/ui/controls";
import {
  Badge,
  Card,
  CardHead,
  Empty,
  ErrorCard,
  PageHead,
  SkeletonRows,
  Table,
} from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { ago, words } from "@/lib/format";
import { may, ROLES, type Role } from "@/lib/session";
import { ApiKeys } from "./ApiKeys";

type User = Schemas["UserOut"];

export function Admin() {
  if (!may("admin"))
    return (
      <Card>
        <Empty title="Only for administrators">Ask one for what you need.</Empty>
      </Card>
    );
  return (
    <>
      <PageHead title="Users & API keys" text="Who may do what. Every change is in the audit trail." />
      <div className="grid gap-4">
        <Users />
        <ApiKeys />
      </div>
    </>
  );
}

function Users() {
  const list = useQuery({
    queryKey: keys.users,
    queryFn: () => data(api.GET("/api/users", { params: { query: { limit: 500 } } })),
  });
  return (
    <Card>
      <CardHead title="Users" />
      {list.isError ? (
        <ErrorCard title="The users" error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <Table
          label="Users"
          head={
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Status</th>
              <th scope="col">Role</th>
              <th scope="col">Last sign-in</th>
              <th scope="col">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          }
        >
          {list.data.items.map((user) => (
            <UserRow key={user.id} user={user} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function UserRow({ user }: { user: User }) {
  const client = useQueryClient();
  const path = { params: { path: { user_id: user.id } } };
  const change = useMutation({
    mutationFn: (given: { role?: Role; status?: "active" | "disabled" } | "approve") =>
      data(
        given === "approve"
          ? api.POST("/api/users/{user_id}/approve", path)
          : api.PATCH("/api/users/{user_id}", { ...path, body: given }),
      ),
    onSuccess: (changed) =>
      toast(
        `${changed.username} is ${changed.status === "active" ? `an active ${changed.role}` : changed.status}.`,
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.users }),
  });
  return (
    <tr>
      <td>
        <span className="font-medium">{user.username}</span>
        {user.email && <span className="block text-sec text-ink-3">{user.email}</span>}
      </td>
      <td>
        <Badge tone={user.status === "active" ? "good" : user.status === "waiting" ? "warn" : "plain"}>
          {words(user.status)}
        </Badge>
      </td>
      <td>
        <select
          aria-label={`Role of ${user.username}`}
          value={user.role}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ role: event.target.value as Role })}
          className="h-8 rounded-md border border-control bg-panel px-2"
        >
          {ROLES.map((role) => (
            <option key={role}>{role}</option>
          ))}
        </select>
        {change.error && (
          <p role="alert" className="pt-1 text-sec text-bad">
            {asApiError(change.error).message}
          </p>
        )}
      </td>
      <td className="whitespace-nowrap">{ago(user.last_login_at)}</td>
      <td className="text-right">
        {user.status === "waiting" && (
          <Button look="primary" disabled={change.isPending} onClick={() => change.mutate("approve")}>
            Approve
          </Button>
        )}
        {user.status === "active" && (
          <Button disabled={change.isPending} onClick={() => change.mutate({ status: "disabled" })}>
            Disable
          </Button>
        )}
        {user.status === "disabled" && (
          <Button disabled={change.isPending} onClick={() => change.mutate({ status: "active" })}>
            Enable
          </Button>
        )}
      </td>
    </tr>
  );
}
