import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { Confirm } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { useAct, useQuicker } from "@/lib/acts";
import { words } from "@/lib/format";
import { ROLES, type Role } from "@/lib/session";
import { t } from "@/lib/texts";

type User = Schemas["UserOut"];
type Standing = Pick<User, "role" | "status">;
type Change = { to: { role: Role } | { status: "active" | "disabled" }; was: Standing } | "approve";

const SAID: Record<Role | "waiting" | "disabled", (name: string) => string> = {
  viewer: (name) => t("{0} is an active viewer.", name),
  planner: (name) => t("{0} is an active planner.", name),
  operator: (name) => t("{0} is an active operator.", name),
  admin: (name) => t("{0} is an active admin.", name),
  waiting: (name) => t("{0} is waiting.", name),
  disabled: (name) => t("{0} is disabled.", name),
};

/** What a role may, each all of the one before. */
const MAY: Record<Role, string> = {
  viewer: t("reads, and changes nothing"),
  planner: t("changes plans, orders and the catalog"),
  operator: t("settles failures, and replays the log"),
  admin: t("lets people in, and makes keys"),
};

const standingOf = ({ role, status }: User): Standing => ({ role, status });

/** On what was read of a user: a quicker change of another administrator is refused, and told. */
function useChange({ id }: User, onDone?: () => void) {
  const quicker = useQuicker(["users"]);
  const path = { params: { path: { user_id: id } } };
  return useAct({
    send: (change: Change) =>
      data(
        change === "approve"
          ? api.POST("/api/users/{user_id}/approve", path)
          : api.PATCH("/api/users/{user_id}", { ...path, body: { ...change.to, was: change.was } }),
      ).catch(quicker), // theirs is shown below what was refused
    stale: ["users"],
    said: (changed) => SAID[changed.status === "active" ? changed.role : changed.status](changed.username),
    ...(onDone ? { onDone } : { refusedAloud: true }),
  });
}

/** Another role is chosen, and only given once that was asked. */
export function RoleOf({ user }: { user: User }) {
  const [asked, setAsked] = useState<{ wanted: Role; was: Standing } | null>(null);
  const close = () => setAsked(null);
  const change = useChange(user, close);
  const wanted = asked?.wanted;
  const name = user.username;
  return (
    <>
      <select
        aria-label={t("Role of {0}", name)}
        value={user.role}
        disabled={change.isPending}
        onChange={(event) => {
          change.reset();
          setAsked({ wanted: event.target.value as Role, was: standingOf(user) });
        }}
        className="h-8 rounded-md border border-control bg-panel px-2"
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {words(role)}
          </option>
        ))}
      </select>
      {asked && wanted && (
        <Confirm
          title={t("Role of {0}", name)}
          does={t("Make them {0}", words(wanted).toLowerCase())}
          danger
          ready={wanted !== user.role}
          busy={change.isPending}
          error={change.error}
          // What stood there when it was asked, though the list may know better by now: until that was told.
          onConfirm={() =>
            change.mutate({ to: { role: wanted }, was: change.error ? standingOf(user) : asked.was })
          }
          onClose={close}
        >
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 pb-2 text-ink">
            <dt className="text-ink-2">{t("Now")}</dt>
            <dd>{`${words(user.role)}: ${MAY[user.role as Role]}`}</dd>
            <dt className="text-ink-2">{t("Then")}</dt>
            <dd>{`${words(wanted)}: ${MAY[wanted]}`}</dd>
          </dl>
          {wanted === "admin"
            ? t("It holds the next time that {0} signs in, or within ten minutes.", name)
            : t("{0} is signed out everywhere; it holds as soon as they sign in again.", name)}
        </Confirm>
      )}
    </>
  );
}

/** Who is let in is told; who is shut out is asked about first. */
export function StatusOf({ user }: { user: User }) {
  const [read, setRead] = useState<Standing | null>(null);
  const close = () => setRead(null);
  const name = user.username;
  const enable = useChange(user);
  const disable = useChange(user, close);
  if (user.status !== "active")
    return (
      <Button
        look={user.status === "waiting" ? "primary" : "plain"}
        aria-label={user.status === "waiting" ? t("Approve {0}", name) : t("Enable {0}", name)}
        disabled={enable.isPending}
        onClick={() =>
          enable.mutate(
            user.status === "waiting" ? "approve" : { to: { status: "active" }, was: standingOf(user) },
          )
        }
      >
        {user.status === "waiting" ? t("Approve") : t("Enable")}
      </Button>
    );
  return (
    <>
      <Button
        look="danger"
        aria-label={t("Disable {0}", name)}
        onClick={() => {
          disable.reset();
          setRead(standingOf(user));
        }}
      >
        {t("Disable")}
      </Button>
      {read && (
        <Confirm
          title={t("Disable {0}", name)}
          does={t("Disable")}
          danger
          busy={disable.isPending}
          error={disable.error}
          onConfirm={() =>
            disable.mutate({ to: { status: "disabled" }, was: disable.error ? standingOf(user) : read })
          }
          onClose={close}
        >
          {t(
            "{0} is signed out everywhere and cannot sign in until they are enabled again. What they did stays, and keys that they made go on.",
            name,
          )}
        </Confirm>
      )}
    </>
  );
}
