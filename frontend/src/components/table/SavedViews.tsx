import { Bookmark } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { buttonLook } from "@/components/ui/controls";
import { Menu, MenuItem, MenuLine, MenuText } from "@/components/ui/Menu";
import { toast } from "@/components/ui/toast";
import { store, stored } from "@/lib/stored";
import { t } from "@/lib/texts";

/** Forms are no part of a first load. */
const NameView = lazy(() => import("./NameView"));

interface Props<Search> {
  /** Of which list; its views are kept by this name in this browser. */
  name: string;
  search: Search;
  onOpen: (search: Search) => void;
}

type Kept<Search> = { name: string; search: Search }[];

/** Filters and order of a list under a name, to come back to. */
export function SavedViews<Search extends object>({ name, search, onOpen }: Props<Search>) {
  const key = `almanac-views-${name}`;
  const [kept, setKept] = useState<Kept<Search>>(() => stored(key, []));
  const [naming, setNaming] = useState(false);
  const keep = (next: Kept<Search>) => {
    setKept(next);
    store(key, next);
  };
  /** At once, and taken back for a while: it is in this browser alone. */
  const forget = (view: Kept<Search>[number]) => {
    keep(kept.filter((other) => other !== view));
    toast(t("“{0}” is forgotten.", view.name), { label: t("Undo"), act: () => keep(kept) });
  };
  const open = kept.find((view) => same(view.search, search));
  return (
    <>
      <Menu
        label={t("Views of {0}", name)}
        className={buttonLook()}
        trigger={
          <>
            <Bookmark size={14} aria-hidden /> {open?.name ?? t("Views")}
          </>
        }
      >
        <MenuText>{kept.length > 0 ? t("Saved in this browser") : t("No view was saved yet")}</MenuText>
        {kept.map((view) => (
          <MenuItem key={view.name} onSelect={() => onOpen({ ...emptied(search), ...view.search })}>
            {view.name}
          </MenuItem>
        ))}
        <MenuLine />
        {open ? (
          <MenuItem onSelect={() => forget(open)}>{t("Forget “{0}”", open.name)}</MenuItem>
        ) : (
          <MenuItem onSelect={() => setNaming(true)}>{t("Save what is shown")}</MenuItem>
        )}
      </Menu>
      {naming && (
        <Suspense>
          <NameView
            onClose={() => setNaming(false)}
            onNamed={(given) =>
              keep([...kept.filter((view) => view.name !== given), { name: given, search }])
            }
          />
        </Suspense>
      )}
    </>
  );
}

/** What a view does not name, it takes away. */
const emptied = <Search extends object>(search: Search) =>
  Object.fromEntries(Object.keys(search).map((part) => [part, undefined])) as Search;

/** Whether two addresses show the same, whatever the order of their parts. */
function same(one: object, other: object): boolean {
  const parts = (search: object) =>
    JSON.stringify(
      Object.entries(search)
        .filter(([, value]) => value !== undefined)
        .sort(),
    );
  return parts(one) === parts(other);
}
