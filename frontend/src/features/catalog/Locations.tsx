import { Plus } from "lucide-react";
import { useState } from "react";
import { api, data, type Schemas } from "@/api/client";
import { LocationPut } from "@/api/forms.gen";
import { Form } from "@/components/form/Form";
import { useShared } from "@/components/form/useShared";
import { type Column, roomFor } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, CheckBox, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Badge, Empty } from "@/components/ui/states";
import { typedNumber } from "@/lib/format";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";

type Location = Schemas["LocationOut"];

const COLUMNS: readonly Column<Location>[] = [
  {
    id: "name",
    label: t("Location"),
    width: 200,
    file: "name",
    cell: (row) => (
      <>
        <span className="block truncate font-medium">{row.name}</span>
        <span className="block truncate text-meta text-ink-3">{row.code}</span>
      </>
    ),
  },
  {
    id: "status",
    label: t("Status"),
    width: 110,
    file: { Archived: "archived" },
    cell: (row) => (row.archived ? <Badge>{t("Archived")}</Badge> : <Badge tone="good">{t("Open")}</Badge>),
  },
];

/** Where goods lie and are sold. */
export function Locations() {
  const [edited, setEdited] = useState<Location | "new" | null>(null);
  const edit: Column<Location> = {
    id: "edit",
    label: t("Edit"),
    width: roomFor(t("Edit")),
    align: "right",
    silent: true,
    cell: (row) => (
      <Button onClick={() => setEdited(row)} aria-label={t("Edit {0}", row.code)}>
        {t("Edit")}
      </Button>
    ),
  };
  return (
    <ListCard
      title={t("Locations")}
      note={t("shops and warehouses, each with its own stock and forecast")}
      label={t("Locations")}
      one="location"
      columns={may("planner") ? [...COLUMNS, edit] : COLUMNS}
      rows={usePages("/api/locations", { query: { limit: 100 } })}
      rowKey={(row) => row.code}
      keys={may("planner") ? [{ key: "e", does: t("edit"), act: setEdited }] : []}
      empty={<Empty title={t("No locations yet")}>{t("Sales without a location are of “main”.")}</Empty>}
      actions={
        may("planner") && (
          <Button onClick={() => setEdited("new")}>
            <Plus size={14} aria-hidden /> {t("New location")}
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

const LABELS = {
  code: t("Code"),
  name: t("Name"),
  country: t("Country"),
  region: t("Region"),
  latitude: t("Latitude"),
  longitude: t("Longitude"),
};

function LocationDialog({ location, onClose }: { location: Location | null; onClose: () => void }) {
  const [archived, setArchived] = useState(location?.archived ?? false);
  const [rest, setRest] = useState<Pick<Location, "attributes" | "holidays">>(
    location ?? { attributes: {}, holidays: ["public"] },
  );
  const form = useShared({
    fields: LocationPut,
    kept: location ?? undefined,
    textsOf: (kept) => ({
      code: kept?.code ?? "",
      name: kept?.name ?? "",
      country: kept?.country ?? "",
      region: kept?.region ?? "",
      latitude: typedNumber(kept?.latitude),
      longitude: typedNumber(kept?.longitude),
    }),
    othersOf: (kept) => ({ [t("Archived")]: kept.archived ? t("yes") : t("no") }),
    labels: LABELS,
    save: (given, revision) => {
      const { attributes, holidays } = rest;
      const body = { ...given, archived, attributes, holidays };
      return revision === undefined
        ? data(api.POST("/api/locations", { body }))
        : data(api.PUT("/api/locations", { body: { ...body, revision } }));
    },
    read: async () =>
      (await data(api.GET("/api/locations", { params: { query: { limit: 500 } } }))).items.find(
        (one) => one.code === location?.code,
      ),
    take: (before, now) => {
      setArchived((mine) => (mine === before.archived ? now.archived : mine));
      setRest(now);
    },
    stale: ["locations"],
    said: (saved) => t("{0} saved.", saved.name),
    onDone: onClose,
    onClose,
  });
  return (
    <Dialog title={location ? t("Location {0}", location.code) : t("New location")} onClose={onClose}>
      <Form
        form={form}
        does={location ? t("Save") : t("Create")}
        doing={t("Saving")}
        onCancel={onClose}
        end={form.theirs}
      >
        {!location && (
          <TextField
            label={t("Code")}
            hint={t("As sales and files name it; it stays")}
            {...form.field("code")}
          />
        )}
        <TextField label={t("Name")} {...form.field("name")} />
        <TextField
          label={t("Country (optional)")}
          placeholder={t("DE")}
          hint={t("Two letters: whose holidays its forecasts know")}
          {...form.field("country")}
        />
        <TextField
          label={t("Region (optional)")}
          placeholder={t("BY")}
          hint={t("Of ISO 3166-2, where holidays differ by region")}
          {...form.field("region")}
        />
        <TextField
          label={t("Latitude (optional)")}
          inputMode="decimal"
          placeholder={typedNumber(48.137)}
          hint={t("Where it lies, for its weather; with the longitude")}
          {...form.field("latitude")}
        />
        <TextField
          label={t("Longitude (optional)")}
          inputMode="decimal"
          placeholder={typedNumber(11.575)}
          {...form.field("longitude")}
        />
        {location && (
          <CheckBox checked={archived} onChange={setArchived}>
            {t("Archived: its history stays")}
          </CheckBox>
        )}
      </Form>
    </Dialog>
  );
}
