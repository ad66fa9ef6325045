import { Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Card, Empty } from "@/components/ui/states";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { viewsOf } from "@/pages";
import { ApiKeys } from "./ApiKeys";
import { Audit } from "./Audit";
import { BusinessSettings } from "./BusinessSettings";
import { Digest } from "./Digest";
import type { AdminSearch, View } from "./search";
import { Users } from "./Users";
import { WeatherFeed } from "./WeatherFeed";

interface Props {
  search: AdminSearch;
  /** `replace` where it is a filter, not another part of the page. */
  onSearch: (search: AdminSearch, replace?: boolean) => void;
}

export function Admin({ search, onSearch }: Props) {
  if (!may("admin"))
    return (
      <Card>
        <Empty title={t("Only for administrators")}>{t("Ask one for what you need.")}</Empty>
      </Card>
    );
  const view = search.view ?? "users";
  return (
    <>
      <PageHead text={t("Who may do what, what was done, and how the business counts.")}>
        <Segmented
          label={t("What to show")}
          value={view}
          options={viewsOf<View>("/admin")}
          onChange={(next) => onSearch({ view: next === "users" ? undefined : next })}
        />
      </PageHead>
      {view === "users" && <Users />}
      {view === "keys" && <ApiKeys />}
      {view === "audit" && (
        <Audit search={search} onSearch={(change) => onSearch({ ...search, ...change }, true)} />
      )}
      {view === "settings" && (
        <div className="grid gap-4">
          <BusinessSettings />
          <Digest />
          <WeatherFeed />
        </div>
      )}
    </>
  );
}
