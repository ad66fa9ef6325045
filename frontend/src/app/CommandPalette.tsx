import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type KeyboardEvent, useDeferredValue, useEffect, useState } from "react";
import { suppliersQuery } from "@/api/queries";
import { query } from "@/api/query";
import { Dialog } from "@/components/ui/Dialog";
import { may } from "@/lib/session";
import { toggleTheme } from "@/lib/theme";
import { placesFor } from "@/pages";

const ITEM =
  "flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 data-[selected=true]:bg-accent-soft";

interface Props {
  onClose: () => void;
  onRecord: () => void;
  onShortcuts: () => void;
}

export default function CommandPalette({ onClose, onRecord, onShortcuts }: Props) {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const { data: found, isPlaceholderData } = useQuery({
    ...query("/api/forecast/summary", { query: { q: q || undefined, limit: 6 } }),
    placeholderData: keepPreviousData,
  });
  const suppliers = useQuery(suppliersQuery);
  const [selected, setSelected] = useState("");
  const [entered, setEntered] = useState(false);
  // Who types fast presses Enter before the answer is there: it then opens what was asked for, not what stood there.
  const behind = isPlaceholderData || q !== text.trim();
  const first = found?.items[0];
  useEffect(() => {
    if (!behind && first) setSelected(`${first.sku} ${first.location}`);
  }, [behind, first]);
  const matches = (label: string) =>
    q
      .toLowerCase()
      .split(/\s+/)
      .every((word) => label.toLowerCase().includes(word));
  const sellers = q
    ? (suppliers.data?.items ?? [])
        .filter(({ code, name }) => matches(`${name} ${code} supplier`))
        .slice(0, 4)
    : [];
  const go = (act: () => unknown) => {
    onClose();
    act();
  };
  const open = (item: { sku: string; location: string }) =>
    go(() =>
      navigate({ to: "/products/$sku", params: { sku: item.sku }, search: { location: item.location } }),
    );
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !behind) return;
    event.preventDefault();
    event.stopPropagation();
    setEntered(true);
  };
  useEffect(() => {
    if (!entered || behind) return;
    setEntered(false);
    if (first) open(first);
  });
  return (
    <Dialog title="Search products or actions" onClose={onClose} bare>
      <Command
        shouldFilter={false}
        label="Search products or actions"
        value={selected}
        onValueChange={setSelected}
        onKeyDownCapture={onEnter}
      >
        <Command.Input
          data-autofocus
          value={text}
          onValueChange={setText}
          maxLength={100}
          placeholder="Search products or actions"
          className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-ink-3"
        />
        <Command.List className="max-h-96 overflow-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-3">
          <Command.Empty className="px-3 py-6 text-center text-ink-2">Nothing is called that.</Command.Empty>
          {found && found.items.length > 0 && (
            <Command.Group heading="Products">
              {found.items.map((item) => (
                <Command.Item
                  key={`${item.sku} ${item.location}`}
                  value={`${item.sku} ${item.location}`}
                  className={ITEM}
                  onSelect={() => open(item)}
                >
                  {item.name ?? item.sku}
                  <span className="ml-auto text-sec text-ink-3">{item.sku}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {sellers.length > 0 && (
            <Command.Group heading="Suppliers">
              {sellers.map(({ code, name }) => (
                <Command.Item
                  key={code}
                  value={`supplier ${code}`}
                  className={ITEM}
                  onSelect={() =>
                    go(() =>
                      navigate({ to: "/replenishment", search: { view: "lines", supplier: code } } as never),
                    )
                  }
                >
                  {name}
                  <span className="ml-auto text-sec text-ink-3">What to order of it</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          <Command.Group heading="Pages and actions">
            {placesFor(q, may).map(({ path, view, label }) => (
              <Command.Item
                key={label}
                value={label}
                className={ITEM}
                onSelect={() => go(() => navigate({ to: path, search: view ? { view } : {} } as never))}
              >
                {label}
              </Command.Item>
            ))}
            {may("planner") && matches("Record a sale") && (
              <Command.Item value="Record a sale" className={ITEM} onSelect={onRecord}>
                Record a sale
              </Command.Item>
            )}
            {matches("Keyboard shortcuts") && (
              <Command.Item value="Keyboard shortcuts" className={ITEM} onSelect={onShortcuts}>
                Keyboard shortcuts
              </Command.Item>
            )}
            {matches("Switch theme dark light") && (
              <Command.Item value="Switch theme" className={ITEM} onSelect={() => go(toggleTheme)}>
                Switch theme
              </Command.Item>
            )}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
