import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { ExclusionIn } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { usePages } from "@/components/table/rows";
import { whyColumn } from "@/components/table/whyColumn";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, TextField } from "@/components/ui/controls";
import { DayField } from "@/components/ui/DayField";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Card, CardHead } from "@/components/ui/states";
import { day } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Exclusion = Schemas["ExclusionOut"];
interface Props {
  sku: string;
  location: string;
}

const STALE = ["forecast/exclusions", "attention"] as const;

const weeksOf = ({ first_week: first, last_week: last }: Exclusion) =>
  first === last ? t("Week of {0}", day(first)) : t("Weeks of {0} to {1}", day(first), day(last));

const COLUMNS: readonly Column<Exclusion>[] = [
  {
    id: "weeks",
    label: t("Weeks"),
    width: 160,
    file: { "First week": "first_week", "Last week": "last_week" },
    cell: (item) => <span className={item.restored_at ? "" : "font-medium"}>{weeksOf(item)}</span>,
  },
  whyColumn(200),
  {
    id: "state",
    label: t("State"),
    width: 130,
    from: "sm",
    file: { "Put back by": "restored_by", "Put back": "restored_at" },
    cell: (item) =>
      item.restored_at ? (
        <Badge>{t("Put back by {0}", item.restored_by)}</Badge>
      ) : (
        <Badge tone="warn">{t("Left out")}</Badge>
      ),
  },
  {
    id: "actions",
    label: t("Actions"),
    width: 100,
    align: "right",
    silent: true,
    cell: (item) => (may("planner") && !item.restored_at ? <PutBack item={item} /> : null),
  },
];

/** Weeks of a series that the next trainings do not learn from: who said so, why, and back again. Sales stay. */
export function LeftOut({ sku, location }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Card className="min-w-0">
      <CardHead
        title={t("Weeks left out of training")}
        note={t("a crate sold once, a broken till: sales stay as they are")}
      >
        {may("planner") && <Button onClick={() => setOpen(true)}>{t("Leave weeks out")}</Button>}
      </CardHead>
      <DataTable
        label={t("Weeks left out of training")}
        one="entry"
        many="entries"
        columns={COLUMNS}
        rows={usePages("/api/forecast/exclusions", { query: { sku, location, limit: 50 } })}
        rowKey={(item) => item.id}
        tone={(item) => item.restored_at !== null && "text-ink-3"}
        empty={<p className="px-4 py-3 text-ink-2">{t("Trainings learn from every week of it.")}</p>}
      />
      {open && <LeaveOut sku={sku} location={location} onClose={() => setOpen(false)} />}
    </Card>
  );
}

function LeaveOut({ sku, location, onClose }: Props & { onClose: () => void }) {
  const form = useForm({
    fields: ExclusionIn,
    start: { sku, location, first_day: "", last_day: "", reason: "" },
    send: (body) => data(api.POST("/api/forecast/exclusions", { body })),
    stale: STALE,
    said: (made) => t("{0} left out: the next training does not learn from it.", weeksOf(made)),
    onDone: onClose,
  });
  return (
    <Dialog title={t("Leave weeks out of training")} onClose={onClose}>
      <Form form={form} does={t("Leave out")} doing={t("Saving")} onCancel={onClose} columns>
        <DayField label={t("A day of the first week")} {...form.field("first_day")} />
        <DayField label={t("A day of the last (optional)")} {...form.field("last_day")} />
        <div className="sm:col-span-2">
          <TextField
            label={t("Why")}
            placeholder={t("A crate for one customer")}
            hint={t("The forecast's reason says it. Sales and what was measured stay.")}
            {...form.field("reason")}
          />
        </div>
      </Form>
    </Dialog>
  );
}

function PutBack({ item }: { item: Exclusion }) {
  return (
    <ConfirmButton
      label={t("Put back")}
      name={t("Put back: {0}", weeksOf(item))}
      title={t("Put weeks back into training")}
      does={t("Put back")}
      send={() =>
        data(
          api.POST("/api/forecast/exclusions/{exclusion_id}/restore", {
            params: { path: { exclusion_id: item.id } },
          }),
        )
      }
      stale={STALE}
      said={() => t("Put back: the next training learns from it again.")}
    >
      {t(
        "{0}, left out by {1}: “{2}”. The next training learns from it again.",
        weeksOf(item),
        item.author,
        item.reason,
      )}
    </ConfirmButton>
  );
}
