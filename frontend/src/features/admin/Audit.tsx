import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Choice } from "@/components/ui/controls";
import { DayBox } from "@/components/ui/DayField";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { instant, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { type AdminSearch, SERVICES } from "./search";

type Deed = Schemas["AuditOut"];

const COLUMNS: readonly Column<Deed>[] = [
  {
    id: "at",
    label: t("When"),
    width: 150,
    file: { Number: "sequence", When: "at" },
    cell: (deed) => <span className="text-ink-2 sm:whitespace-nowrap">{instant(deed.at)}</span>,
  },
  {
    id: "who",
    label: t("Who"),
    width: 120,
    file: "actor",
    cell: (deed) => <span className="block truncate font-medium">{deed.actor}</span>,
  },
  {
    id: "what",
    label: t("What"),
    width: 220,
    file: { What: "action", Of: "subject", Service: "service" },
    cell: (deed) => (
      <>
        <span className="block truncate">{words(deed.action)}</span>
        <span className="block truncate text-meta text-ink-3">{`${deed.service} · ${deed.subject}`}</span>
      </>
    ),
  },
  {
    id: "detail",
    label: t("Detail"),
    width: 260,
    from: "md",
    file: { Detail: "detail", Hash: "hash" },
    cell: (deed) => (
      <span className="block truncate text-sec text-ink-2" title={JSON.stringify(deed.detail)}>
        {Object.entries(deed.detail)
          .map(
            ([name, value]) => `${words(name)}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
          )
          .join(" · ")}
      </span>
    ),
  },
];

interface Props {
  search: AdminSearch;
  onSearch: (change: AdminSearch) => void;
}

/** Everything that somebody did, newest first; it can be added to and never changed. */
export function Audit({ search, onSearch }: Props) {
  const { q, service, since } = search;
  const rows = usePages("/api/audit", {
    query: { q, service, since: since && `${since}T00:00:00Z`, limit: 100 },
  });
  return (
    <ListCard
      title={t("Audit trail")}
      note={t("added to, never changed: each entry seals the one before")}
      label={t("Audit trail")}
      one="entry"
      many="entries"
      fill
      columns={COLUMNS}
      rows={rows}
      rowKey={(deed) => String(deed.sequence)}
      empty={<Empty title={q || service || since ? t("Nothing matches") : t("Nothing was done yet")} />}
      actions={
        <>
          <Choice
            label={t("Which service")}
            value={service ?? ""}
            options={[
              { value: "", label: t("Every service") },
              ...SERVICES.map((name) => ({ value: name, label: words(name) })),
            ]}
            onChange={(next) => onSearch({ service: next || undefined })}
          />
          <DayBox label={t("Since the day")} value={since} onChange={(day) => onSearch({ since: day })} />
          <SearchBox
            label={t("Search the trail")}
            placeholder={t("Who, what or of what")}
            value={q ?? ""}
            onChange={(typed) => onSearch({ q: typed || undefined })}
          />
        </>
      }
    />
  );
}
