import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { suppliersQuery } from "@/api/queries";
import { query } from "@/api/query";
import { Dialog } from "@/components/ui/Dialog";
import { may, signOut } from "@/lib/session";
import { t } from "@/lib/texts";
import { toggleTheme } from "@/lib/theme";
import { matches, placesFor } from "@/pages";

const ITEM =
  "flex cursor-pointer items-center gap-3 rounded-md px-3 py-2 data-[selected=true]:bg-accent-soft";

interface Props {
  onClose: () => void;
  onRecord: () => void;
  onShortcuts: () => void;
  onPassword: () => void;
  onSecondFactor: () => void;
}

export default function CommandPalette({
  onClose,
  onRecord,
  onShortcuts,
  onPassword,
  onSecondFactor,
}: Props) {
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
  const list = useRef<HTMLDivElement>(null);
  // Who types fast presses Enter before the answer is there: it then opens what was asked for, not what stood there.
  const behind = isPlaceholderData || q !== text.trim();
  const first = found?.items[0];
  useEffect(() => {
    if (behind) return;
    // Where no product is of that name, the first page or act is: Enter never stands on what is not there any more.
    const top = list.current?.querySelector("[cmdk-item]")?.getAttribute("data-value");
    setSelected(first ? `${first.sku} ${first.location}` : (top ?? ""));
  }, [behind, first]);
  const acts: readonly { label: string; words: string; may?: boolean; act: () => unknown }[] = [
    { label: t("Record a sale"), words: t("new return till"), may: may("planner"), act: onRecord },
    { label: t("Keyboard shortcuts"), words: t("keys help"), act: onShortcuts },
    { label: t("Switch theme"), words: t("dark light colours"), act: () => go(toggleTheme) },
    { label: t("Change your password"), words: t("account own sign-in"), act: onPassword },
    { label: t("Second factor"), words: t("account own sign-in code phone totp 2fa"), act: onSecondFactor },
    { label: t("Sign out"), words: t("log off leave end session"), act: () => go(signOut) },
  ];
  const sellers = q
    ? (suppliers.data?.items ?? [])
        .filter(({ code, name }) => matches(q, `${name} ${code} ${t("supplier")}`))
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
    else list.current?.querySelector<HTMLElement>("[cmdk-item]")?.click(); // a page or an act of that name
  });
  return (
    <Dialog title={t("Search products or actions")} onClose={onClose} bare>
      <Command
        shouldFilter={false}
        label={t("Search products or actions")}
        value={selected}
        onValueChange={setSelected}
        onKeyDownCapture={onEnter}
      >
        <Command.Input
          data-autofocus
          value={text}
          onValueChange={setText}
          maxLength={100}
          placeholder={t("Search products or actions")}
          className="h-12 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-ink-3"
        />
        <Command.List
          ref={list}
          className="max-h-96 overflow-auto p-2 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-3"
        >
          <Command.Empty className="px-3 py-6 text-center text-ink-2">
            {t("Nothing is called that.")}
          </Command.Empty>
          {found && found.items.length > 0 && (
            <Command.Group heading={t("Products")}>
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
            <Command.Group heading={t("Suppliers")}>
              {sellers.map(({ code, name }) => (
                <Command.Item
                  key={code}
                  value={`supplier:${code}`}
                  className={ITEM}
                  onSelect={() =>
                    go(() =>
                      navigate({ to: "/replenishment", search: { view: "lines", supplier: code } } as never),
                    )
                  }
                >
                  {name}
                  <span className="ml-auto text-sec text-ink-3">{t("What to order of it")}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          <Command.Group heading={t("Pages and actions")}>
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
            {acts
              .filter(({ label, words, may: allowed = true }) => allowed && matches(q, `${label} ${words}`))
              .map(({ label, act }) => (
                <Command.Item key={label} value={label} className={ITEM} onSelect={act}>
                  {label}
                </Command.Item>
              ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
