import type { Schemas } from "@/api/client";
import { api, data } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, Empty } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
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
      <PageHead text="Who may do what. Every change is in the audit trail." />
      <div className="grid gap-4 [&>*]:min-w-0">
        <Users />
        <ApiKeys />
      </div>
    </>
  );
}

const COLUMNS: readonly Column<User>[] = [
  {
    id: "name",
    label: "Name",
    width: 160,
    text: (user) => user.username,
    cell: (user) => (
      <>
        <span className="block truncate font-medium">{user.username}</span>
        {user.email && <span className="block truncate text-sec text-ink-3">{user.email}</span>}
      </>
    ),
  },
  {
    id: "status",
    label: "Status",
    width: 96,
    text: (user) => user.status,
    cell: (user) => (
      <Badge tone={user.status === "active" ? "good" : user.status === "waiting" ? "warn" : "plain"}>
        {words(user.status)}
      </Badge>
    ),
  },
  {
    id: "role",
    label: "Role",
    width: 140,
    text: (user) => user.role,
    cell: (user) => <RoleOf user={user} />,
  },
  {
    id: "seen",
    label: "Last sign-in",
    width: 120,
    from: "sm",
    text: (user) => user.last_login_at,
    cell: (user) => <span className="whitespace-nowrap">{ago(user.last_login_at)}</span>,
  },
  {
    id: "actions",
    label: "Actions",
    width: 136,
    align: "right",
    silent: true,
    cell: (user) => <StatusOf user={user} />,
  },
];

function Users() {
  return (
    <ListCard
      title="Users"
      label="Users"
      one="user"
      columns={COLUMNS}
      rows={usePages("/api/users", { query: { limit: 100 } })}
      rowKey={(user) => user.id}
      empty={<Empty title="No users" />}
    />
  );
}

type Change = { role: Role } | { status: "active" | "disabled" } | "approve";

function useChange(user: User) {
  const path = { params: { path: { user_id: user.id } } };
  return useAct({
    send: (change: Change) =>
      data(
        change === "approve"
          ? api.POST("/api/users/{user_id}/approve", path)
          : api.PATCH("/api/users/{user_id}", { ...path, body: change }),
      ),
    stale: ["users"],
    said: ({ username, status, role }) =>
      `${username} is ${status === "active" ? `an active ${role}` : status}.`,
    refusedAloud: true,
  });
}

function RoleOf({ user }: { user: User }) {
  const change = useChange(user);
  return (
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
  );
}

function StatusOf({ user }: { user: User }) {
  const change = useChange(user);
  const next = {
    waiting: { label: "Approve", look: "primary", change: "approve" },
    active: { label: "Disable", look: "plain", change: { status: "disabled" } },
    disabled: { label: "Enable", look: "plain", change: { status: "active" } },
  } as const;
  const { label, look, change: to } = next[user.status as keyof typeof next];
  return (
    <Button look={look} disabled={change.isPending} onClick={() => change.mutate(to)}>
      {label}
    </Button>
  );
}
