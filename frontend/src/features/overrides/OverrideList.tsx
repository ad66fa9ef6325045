import { Lock, LockOpen, Undo2 } from "lucide-react";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { whyColumn } from "@/components/table/whyColumn";
import { Confirm } from "@/components/ui/Confirm";
import { IconButton } from "@/components/ui/controls";
import { Badge } from "@/components/ui/states";
import { useAct } from "@/lib/acts";
import { day, units } from "@/lib/format";
import { may, useSession } from "@/lib/session";
import { t } from "@/lib/texts";
import { said } from "./logic";

type Override = Schemas["OverrideOut"];

const weeksOf = (item: Override) =>
  `${day(item.first_week)}${item.last_week === item.first_week ? "" : t(" to {0}", day(item.last_week))}`;

const COLUMNS: readonly Column<Override>[] = [
  {
    id: "change",
    label: t("Change"),
    width: 110,
    file: {
      Change: "kind",
      Value: "value",
      Category: "target.category",
      Code: "target.sku",
      Location: "target.location",
    },
    cell: (item) => {
      const whose = item.target.category ? t("all of {0}", item.target.category) : item.target.location;
      return (
        <>
          <span className={item.in_force ? "font-medium" : ""}>{said(item)}</span>
          {whose && <span className="block truncate text-meta text-ink-3">{whose}</span>}
        </>
      );
    },
  },
  {
    id: "weeks",
    label: t("Weeks"),
    width: 130,
    from: "sm",
    file: { "First week": "first_week", "Last week": "last_week" },
    cell: weeksOf,
  },
  {
    id: "units",
    label: t("Units"),
    width: 110,
    align: "right",
    file: { "Units before": "before_total", Units: "after_total" },
    cell: (item) => (
      <span className="whitespace-nowrap">
        {units(item.before_total)} → <span className="font-medium">{units(item.after_total)}</span>
      </span>
    ),
  },
  whyColumn(180),
  {
    id: "state",
    label: t("State"),
    width: 120,
    from: "sm",
    file: { "In force": "in_force", Undone: "undone_at" },
    cell: (item) => <State item={item} />,
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 92,
    align: "right",
    silent: true,
    cell: (item) => <Acts item={item} />,
  },
];

/** Every change of a product's plan: who, when, why, from what to what; undone ones too. */
export function OverrideList({ sku }: { sku?: string | undefined }) {
  return (
    <div className="border-t border-line">
      <DataTable
        label={t("Changes of the plan")}
        one="change"
        columns={COLUMNS}
        rows={usePages("/api/overrides", { query: { sku, limit: 50 } })}
        rowKey={(item) => item.id}
        tone={(item) => !item.in_force && "text-ink-3"}
        empty={
          <p className="px-4 py-3 text-ink-2">
            {t("Nobody has changed this forecast: it is the model's own.")}
          </p>
        }
      />
    </div>
  );
}

function State({ item }: { item: Override }) {
  return (
    <>
      <span className="flex flex-wrap gap-1">
        {item.undone_at ? (
          <Badge>{t("Undone by {0}", item.undone_by)}</Badge>
        ) : item.in_force ? (
          <Badge tone="info">{t("In force")}</Badge>
        ) : (
          <Badge>{t("Expired")}</Badge>
        )}
        {item.locked && item.in_force && <Badge tone="warn">{t("Locked")}</Badge>}
      </span>
      {item.expires_on && item.in_force && (
        <span className="block pt-0.5 text-meta text-ink-3">{t("until {0}", day(item.expires_on))}</span>
      )}
    </>
  );
}

function Acts({ item }: { item: Override }) {
  const session = useSession();
  const path = { params: { path: { override_id: item.id } } };
  const told = { stale: ["overrides", "forecast", "replenishment"], refusedAloud: true } as const;
  const [asking, setAsking] = useState(false);
  const undo = useAct({
    send: () => data(api.POST("/api/overrides/{override_id}/undo", path)),
    stale: told.stale,
    said: () => t("{0} is taken back.", said(item)),
    onDone: () => setAsking(false),
  });
  const lock = useAct({
    send: () =>
      data(api.POST("/api/overrides/{override_id}/lock", { ...path, body: { locked: !item.locked } })),
    ...told,
  });
  if (!item.in_force || !may("planner")) return null;
  const mine = "user" in session && (session.user.username === item.author || may("admin"));
  return (
    <span className="flex justify-end gap-1.5">
      {mine && (
        <IconButton
          label={item.locked ? t("Unlock {0}", said(item)) : t("Lock {0}", said(item))}
          disabled={lock.isPending}
          onClick={() => lock.mutate()}
        >
          {item.locked ? <LockOpen size={14} aria-hidden /> : <Lock size={14} aria-hidden />}
        </IconButton>
      )}
      <IconButton
        label={t("Undo {0}", said(item))}
        disabled={undo.isPending}
        onClick={() => {
          undo.reset();
          setAsking(true);
        }}
      >
        <Undo2 size={14} aria-hidden />
      </IconButton>
      {asking && (
        <Confirm
          title={t("Undo {0}", said(item))}
          does={t("Undo the override")}
          busy={undo.isPending}
          error={undo.error}
          onConfirm={() => undo.mutate()}
          onClose={() => setAsking(false)}
        >
          {t(
            "{0}: {1} {1:unit becomes what it is/units become what they are} without it; it had made {1:it/them} of {2}. It stays in this list, and has to be typed again to count again.",
            weeksOf(item),
            units(item.after_total),
            units(item.before_total),
          )}
        </Confirm>
      )}
    </span>
  );
}
