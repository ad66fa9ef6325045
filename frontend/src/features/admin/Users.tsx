import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Confirm } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { Badge, Empty } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { ago, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { NewUser, PasswordShown } from "./NewUser";
import { RoleOf, StatusOf } from "./Standing";

type User = Schemas["UserOut"];

const COLUMNS: readonly Column<User>[] = [
  {
    id: "name",
    label: t("Name"),
    width: 160,
    file: "username",
    cell: (user) => (
      <>
        <span className="block truncate font-medium">{user.username}</span>
        {user.email && <span className="block truncate text-sec text-ink-3">{user.email}</span>}
      </>
    ),
  },
  {
    id: "status",
    label: t("Status"),
    width: 96,
    file: "status",
    cell: (user) => (
      <Badge tone={user.status === "active" ? "good" : user.status === "waiting" ? "warn" : "plain"}>
        {words(user.status)}
      </Badge>
    ),
  },
  {
    id: "role",
    label: t("Role"),
    width: 140,
    from: "sm",
    file: "role",
    cell: (user) => <RoleOf user={user} />,
  },
  {
    id: "seen",
    label: t("Last sign-in"),
    width: 136,
    from: "sm",
    file: "last_login_at",
    cell: (user) => <span className="whitespace-nowrap">{ago(user.last_login_at)}</span>,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 230,
    align: "right",
    silent: true,
    cell: (user) => (
      <span className="flex flex-wrap justify-end gap-2">
        <Reset user={user} />
        {user.second_factor && <ResetFactor user={user} />}
        <StatusOf user={user} />
      </span>
    ),
  },
];

/** Who may do what. */
export function Users() {
  const [making, setMaking] = useState(false);
  return (
    <>
      <ListCard
        title={t("Users")}
        label={t("Users")}
        one="user"
        columns={COLUMNS}
        rows={usePages("/api/users", { query: { limit: 100 } })}
        rowKey={(user) => user.id}
        empty={<Empty title={t("No users")} />}
        actions={
          <Button look="primary" onClick={() => setMaking(true)}>
            {t("New user")}
          </Button>
        }
      />
      {making && <NewUser onClose={() => setMaking(false)} />}
    </>
  );
}

/** A password that was lost is replaced; the new one is shown once. */
function Reset({ user }: { user: User }) {
  const [asked, setAsked] = useState(false);
  const reset = useAct({
    send: () => data(api.POST("/api/users/{user_id}/password", { params: { path: { user_id: user.id } } })),
    stale: ["users"],
  });
  if (user.status === "waiting") return null;
  return (
    <>
      <Button
        aria-label={t("New password for {0}", user.username)}
        onClick={() => {
          reset.reset(); // what was given before is not seen a second time
          setAsked(true);
        }}
      >
        {t("New password")}
      </Button>
      {asked &&
        (reset.data ? (
          <PasswordShown made={reset.data} onClose={() => setAsked(false)} />
        ) : (
          <Confirm
            title={t("New password for {0}", user.username)}
            does={t("Give a new password")}
            final
            busy={reset.isPending}
            error={reset.error}
            onConfirm={() => reset.mutate()}
            onClose={() => setAsked(false)}
          >
            {t(
              "The password that {0} has now is not taken any more, and they are signed out everywhere. The new one is shown once, for you to hand over.",
              user.username,
            )}
          </Confirm>
        ))}
    </>
  );
}

/** Who lost the device signs in by the password alone until they turn it on anew. */
function ResetFactor({ user }: { user: User }) {
  const [asked, setAsked] = useState(false);
  const path = { params: { path: { user_id: user.id } } };
  const reset = useAct({
    send: () => data(api.POST("/api/users/{user_id}/second-factor/reset", path)),
    stale: ["users"],
    said: ({ username }) => t("{0} signs in without a code.", username),
    onDone: () => setAsked(false),
  });
  return (
    <>
      <Button
        aria-label={t("Take the second factor from {0}", user.username)}
        onClick={() => {
          reset.reset();
          setAsked(true);
        }}
      >
        {t("Second factor")}
      </Button>
      {asked && (
        <Confirm
          title={t("Take the second factor from {0}", user.username)}
          does={t("Take it away")}
          danger
          busy={reset.isPending}
          error={reset.error}
          onConfirm={() => reset.mutate()}
          onClose={() => setAsked(false)}
        >
          {t(
            "For who lost the device and the recovery codes: {0} is signed out everywhere, and their password alone signs them in until they turn it on anew. Be sure that it is them who asks.",
            user.username,
          )}
        </Confirm>
      )}
    </>
  );
}
