import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Bell as BellIcon } from "lucide-react";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { Menu, MenuItem, MenuLine, MenuText } from "@/components/ui/Menu";
import { ago, count, money } from "@/lib/format";
import { say } from "@/lib/said";
import { useSession } from "@/lib/session";
import { store, stored } from "@/lib/stored";
import { t } from "@/lib/texts";

const REST_MS = 2500; // the page that was opened comes first

/** What has come up since this person looked last, in this browser: seen is what was followed, or marked. */
export function Bell() {
  const session = useSession();
  const navigate = useNavigate();
  const key = `bell:${"user" in session ? session.user.username : ""}`;
  const [seen, setSeen] = useState<string | null>(() => stored(key, null));
  const [rested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data: news } = useQuery({
    ...query("/api/attention/news", { query: seen ? { since: seen } : {} }),
    enabled: rested,
  });
  const fresh = news?.new ?? 0;
  const look = () => {
    const newest = news?.items[0]?.began;
    if (!newest || newest === seen) return;
    store(key, newest);
    setSeen(newest);
  };
  const open = (item: Item) => {
    look();
    if (item.sku === null) return void navigate({ to: "/" });
    void navigate({
      to: "/products/$sku",
      params: { sku: item.sku },
      search: item.location ? { location: item.location } : {},
    });
  };
  return (
    <Menu
      label={fresh ? t("News: {0} since you looked", count(fresh)) : t("News")}
      className="relative grid size-8 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken"
      trigger={
        <>
          <BellIcon size={16} aria-hidden />
          {fresh > 0 && (
            <span className="absolute -top-0.5 right-0 min-w-4 rounded-full bg-bad px-1 text-center text-[10px] leading-4 font-semibold text-panel">
              {fresh > 99 ? "99+" : fresh}
            </span>
          )}
        </>
      }
    >
      <MenuText>
        {fresh ? t("{0} new on the attention list", count(fresh)) : t("Nothing new on the attention list")}
      </MenuText>
      {news?.items.map((item) => (
        <MenuItem key={item.id} onSelect={() => open(item)}>
          <Line item={item} fresh={seen === null || item.began > seen} />
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={look}>{t("Mark all as seen")}</MenuItem>
      <MenuItem
        onSelect={() => {
          look();
          void navigate({ to: "/" });
        }}
      >
        {t("The whole list")}
      </MenuItem>
    </Menu>
  );
}

type Item = Schemas["NewsItem"];

function Line({ item, fresh }: { item: Item; fresh: boolean }) {
  const said = say(item.said, item.title);
  return (
    <span className="flex max-w-80 items-start gap-2.5">
      <span
        aria-hidden
        className={`mt-1.5 size-2 shrink-0 rounded-full ${fresh ? "bg-bad" : "bg-control"}`}
      />
      <span className="min-w-0">
        <span className="block truncate font-medium">{item.name ?? item.sku ?? said}</span>
        <span className="block text-sec text-ink-2">
          {item.name || item.sku ? `${said} · ` : ""}
          {item.money > 0 ? `${money(item.money)} · ` : ""}
          {ago(item.began)}
        </span>
      </span>
    </span>
  );
}
