import { Plus } from "lucide-react";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { LocationPut } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useForm } from "@/components/form/useForm";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, CheckBox, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Empty } from "@/components/ui/states";
import { may } from "@/lib/session";

type Location = Schemas["LocationOut"];

const COLUMNS: readonly Column<Location>[] = [
  {
    id: "name",
    label: "Location",
    width: 200,
    text: (row) => row.name,
    cell: (row) => (
      <>
        <span className="block truncate font-medium">{row.name}</span>
        <span className="block truncate text-meta text-ink-3">{row.code}</span>
      </>
    ),
  },
  {
    id: "status",
    label: "Status",
    width: 110,
    text: (row) => (row.archived ? "archived" : "open"),
    cell: (row) => (row.archived ? <Badge>Archived</Badge> : <Badge tone="good">Open</Badge>),
  },
];

/** Where goods lie and are sold. */
export function Locations() {
  const [edited, setEdited] = useState<Location | "new" | null>(null);
  const edit: Column<Location> = {
    id: "edit",
    label: "Edit",
    width: 80,
    align: "right",
    silent: true,
    cell: (row) => (
      <Button onClick={() => setEdited(row)} aria-label={`Edit ${row.code}`}>
        Edit
      </Button>
    ),
  };
  return (
    <ListCard
      title="Locations"
      note="shops and warehouses, each with its own stock and forecast"
      label="Locations"
      one="location"
      columns={may("planner") ? [...COLUMNS, edit] : COLUMNS}
      rows={usePages("/api/locations", { query: { limit: 100 } })}
      rowKey={(row) => row.code}
      keys={may("planner") ? [{ key: "e", does: "edit", act: setEdited }] : []}
      empty={<Empty title="No locations yet">Sales without a location are of “main”.</Empty>}
      actions={
        may("planner") && (
          <Button onClick={() => setEdited("new")}>
            <Plus size={14} aria-hidden /> New location
          </Button>
        )
      }
    >
      {edited && (
        <LocationDialog location={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </ListCard>
  );
}

function LocationDialog({ location, onClose }: { location: Location | null; onClose: () => void }) {
  const [archived, setArchived] = useState(location?.archived ?? false);
  const form = useForm({
    fields: LocationPut,
    start: { code: location?.code ?? "", name: location?.name ?? "" },
    send: (given) => {
      const body = { ...given, archived, attributes: location?.attributes ?? {} };
      return location
        ? data(api.PUT("/api/locations", { body: { ...body, revision: location.revision } }))
        : data(api.POST("/api/locations", { body }));
    },
    stale: ["locations"],
    said: (saved) => `${saved.name} saved.`,
    onDone: onClose,
  });
  return (
    <Dialog title={location ? `Location ${location.code}` : "New location"} onClose={onClose}>
      <Form form={form} does={location ? "Save" : "Create"} doing="Saving" onCancel={onClose}>
        {!location && (
          <TextField label="Code" hint="As sales and files name it; it stays" {...form.field("code")} />
        )}
        <TextField label="Name" {...form.field("name")} />
        {location && (
          <CheckBox checked={archived} onChange={setArchived}>
            Archived: its history stays
          </CheckBox>
        )}
      </Form>
    </Dialog>
  );
}
