import { Bookmark } from "lucide-react";
import { useState } from "react";
import { Form } from "@/components/form/Form";
import { text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { buttonLook, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Menu, MenuItem, MenuLine, MenuText } from "@/components/ui/Menu";
import { store, stored } from "@/lib/stored";

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
  const open = kept.find((view) => same(view.search, search));
  return (
    <>
      <Menu
        label={`Views of ${name}`}
        className={buttonLook()}
        trigger={
          <>
            <Bookmark size={14} aria-hidden /> {open?.name ?? "Views"}
          </>
        }
      >
        <MenuText>{kept.length > 0 ? "Saved in this browser" : "No view was saved yet"}</MenuText>
        {kept.map((view) => (
          <MenuItem key={view.name} onSelect={() => onOpen({ ...emptied(search), ...view.search })}>
            {view.name}
          </MenuItem>
        ))}
        <MenuLine />
        {open ? (
          <MenuItem onSelect={() => keep(kept.filter((view) => view !== open))}>
            {`Forget “${open.name}”`}
          </MenuItem>
        ) : (
          <MenuItem onSelect={() => setNaming(true)}>Save what is shown</MenuItem>
        )}
      </Menu>
      {naming && (
        <NameDialog
          onClose={() => setNaming(false)}
          onNamed={(given) => keep([...kept.filter((view) => view.name !== given), { name: given, search }])}
        />
      )}
    </>
  );
}

function NameDialog({ onClose, onNamed }: { onClose: () => void; onNamed: (name: string) => void }) {
  const form = useForm({
    fields: { name: text({ max: 60 }) },
    start: { name: "" },
    send: async ({ name }) => onNamed(name),
    stale: [],
    said: (_, { name }) => `“${name}” is saved in this browser.`,
    onDone: onClose,
  });
  return (
    <Dialog title="Save what is shown" onClose={onClose}>
      <Form form={form} does="Save" onCancel={onClose}>
        <TextField
          label="Name of the view"
          placeholder="Late from Acme"
          hint="Its filters and order; a view of the same name is replaced"
          {...form.field("name")}
        />
      </Form>
    </Dialog>
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
