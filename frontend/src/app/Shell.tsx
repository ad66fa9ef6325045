import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import clsx from "clsx";
import { Check, Menu as MenuIcon, Moon, Plus, Search, Sun } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useStatus } from "@/api/status";
import { IconButton } from "@/components/ui/controls";
import { Menu, MenuItem, MenuLine, MenuText } from "@/components/ui/Menu";
import { ago, count, day, words } from "@/lib/format";
import { may, signOut, useSession } from "@/lib/session";
import { follow, useConnection } from "@/lib/stream";
import { LANGUAGES, language, speak, t } from "@/lib/texts";
import { toggleTheme, useTheme } from "@/lib/theme";
import { throughDay } from "@/lib/workspace";
import { PAGES, type Page } from "@/pages";
import { Bell } from "./Bell";
import { DemoBanner } from "./DemoBanner";

const loadPalette = () => import("./CommandPalette");
const CommandPalette = lazy(loadPalette);
const Shortcuts = lazy(() => import("./Shortcuts"));
const RecordSale = lazy(() =>
  import("@/features/sales/RecordSale").then(({ RecordSale: found }) => ({ default: found })),
);
const OwnPassword = lazy(() => import("@/features/auth/OwnPassword"));
const SignInAgain = lazy(() => import("@/features/auth/SignInAgain"));
const SecondFactor = lazy(() => import("@/features/auth/SecondFactor"));

const GROUPS = [...new Set(PAGES.map((page) => page.group))];

export function Shell() {
  const client = useQueryClient();
  const session = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  const location = useLocation();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [recording, setRecording] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const [password, setPassword] = useState(false);
  const [secondFactor, setSecondFactor] = useState(false);

  useEffect(() => follow(client), [client]);
  useEffect(() => {
    const soon = setTimeout(loadPalette, 3000); // before its shortcut is pressed, so that no first letters are lost
    return () => clearTimeout(soon);
  }, []);
  useEffect(() => {
    // All pages are at hand once the first is at rest: who goes to another while the gateway is away finds it.
    const later = setTimeout(() => {
      for (const route of Object.values(router.routesById)) void router.loadRouteChunk(route);
    }, 5000);
    return () => clearTimeout(later);
  }, [router]);
  useEffect(() => {
    if (session.state !== "out") return;
    client.clear();
    void navigate({ to: "/login" });
  }, [session, client, navigate]);
  useEffect(() => setDrawer(false), [location.pathname]);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setPalette(true);
      }
      // A letter that is typed somewhere is no shortcut, nor is one while something else is open.
      const typing = (event.target as HTMLElement).closest("input, select, textarea, dialog");
      if (event.key === "?" && !typing) setShortcuts(true);
      if (event.key === "Escape") setDrawer(false);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);

  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded focus:bg-panel focus:p-2"
      >
        {t("Skip to content")}
      </a>
      {drawer && (
        <button
          type="button"
          aria-label={t("Close the menu")}
          className="fixed inset-0 z-30 bg-black/45 lg:hidden"
          onClick={() => setDrawer(false)}
        />
      )}
      <Sidebar open={drawer} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-[52px] shrink-0 items-center gap-2 border-b border-line bg-panel px-3 sm:px-5">
          <span className="lg:hidden">
            <IconButton label={t("Menu")} aria-expanded={drawer} onClick={() => setDrawer(true)}>
              <MenuIcon size={16} aria-hidden />
            </IconButton>
          </span>
          <button
            type="button"
            onClick={() => setPalette(true)}
            className="flex h-8 min-w-0 max-w-[448px] flex-1 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-ink-3"
          >
            <Search size={14} aria-hidden className="shrink-0" />
            <span className="truncate">{t("Search products or actions")}</span>
            <kbd className="ml-auto hidden rounded border border-line bg-panel px-1.5 font-sans text-meta sm:block">
              Ctrl K
            </kbd>
          </button>
          <DataAge />
          {may("planner") && (
            <IconButton label={t("Record a sale")} onClick={() => setRecording(true)}>
              <Plus size={16} aria-hidden />
            </IconButton>
          )}
          <Bell />
          <ThemeSwitch />
          <UserMenu
            onShortcuts={() => setShortcuts(true)}
            onPassword={() => setPassword(true)}
            onSecondFactor={() => setSecondFactor(true)}
          />
        </header>
        <DemoBanner />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-auto p-3 outline-none sm:p-5">
          <div className="mx-auto flex min-h-full max-w-[1560px] flex-col">
            <Outlet />
          </div>
        </main>
      </div>
      {session.state === "ended" && (
        <Suspense>
          <SignInAgain username={session.user.username} />
        </Suspense>
      )}
      {recording && (
        <Suspense>
          <RecordSale onClose={() => setRecording(false)} />
        </Suspense>
      )}
      {password && (
        <Suspense>
          <OwnPassword onClose={() => setPassword(false)} />
        </Suspense>
      )}
      {secondFactor && (
        <Suspense>
          <SecondFactor onClose={() => setSecondFactor(false)} />
        </Suspense>
      )}
      {shortcuts && (
        <Suspense>
          <Shortcuts onClose={() => setShortcuts(false)} />
        </Suspense>
      )}
      {palette && (
        <Suspense>
          <CommandPalette
            onClose={() => setPalette(false)}
            onRecord={() => {
              setPalette(false);
              setRecording(true);
            }}
            onShortcuts={() => {
              setPalette(false);
              setShortcuts(true);
            }}
            onPassword={() => {
              setPalette(false);
              setPassword(true);
            }}
            onSecondFactor={() => {
              setPalette(false);
              setSecondFactor(true);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

function Sidebar({ open }: { open: boolean }) {
  return (
    <nav
      aria-label={t("Main")}
      className={clsx(
        "z-40 w-56 shrink-0 flex-col border-r border-line bg-panel max-lg:fixed max-lg:inset-y-0 max-lg:left-0 lg:flex",
        open ? "flex" : "hidden",
      )}
    >
      <Link to="/" className="flex h-[52px] items-center gap-3 px-4 text-title font-semibold">
        <img src="/icon.svg" alt="" width={28} height={28} />
        {t("Almanac")}
      </Link>
      <div className="flex-1 overflow-auto">
        {GROUPS.map((group) => (
          <NavGroup
            key={group}
            name={group}
            pages={PAGES.filter((page) => page.group === group && may(page.role))}
          />
        ))}
      </div>
      <Health />
    </nav>
  );
}

function NavGroup({ name, pages }: { name: string; pages: readonly Page[] }) {
  if (pages.length === 0) return null;
  return (
    <div className="px-2 pt-3">
      <p className="px-2.5 pb-1 text-meta text-ink-3">{name}</p>
      <ul className="flex flex-col gap-0.5">
        {pages.map(({ path, title, icon: Icon }) => (
          <li key={path}>
            <Link
              to={path}
              activeOptions={{ exact: path === "/", includeSearch: false }}
              className="flex h-8 items-center gap-3 rounded-md px-2.5 font-medium text-ink-2 hover:bg-sunken"
              activeProps={{ className: "bg-accent-soft !text-accent hover:!bg-accent-soft" }}
            >
              <Icon size={16} aria-hidden />
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Health() {
  const { data: status, isError } = useStatus();
  const behind = (status?.consumers ?? []).reduce((sum, consumer) => sum + consumer.behind, 0);
  const bad = isError || (status?.degraded.length ?? 0) > 0;
  return (
    <Link
      to="/pipeline"
      className="flex h-12 items-center gap-2.5 border-t border-line px-4 text-sec text-ink-2"
    >
      <span
        aria-hidden
        className={clsx("size-2 rounded-full", bad ? "bg-bad" : status ? "bg-good" : "bg-control")}
      />
      {bad ? t("Pipeline degraded") : status ? t("Pipeline healthy") : t("Checking")}
      {status?.consumers && <span className="ml-auto text-ink-3">{t("lag {0}", count(behind))}</span>}
    </Link>
  );
}

const CONNECTIONS = {
  connecting: t("Connecting"),
  live: t("Live"),
  reconnecting: t("Reconnecting"),
  polling: t("Every 15 s"),
} as const;

function DataAge() {
  const { data: status, dataUpdatedAt } = useStatus();
  const connection = useConnection();
  const old = dataUpdatedAt > 0 && Date.now() - dataUpdatedAt > 60_000;
  return (
    <div className="ml-auto flex items-center gap-2 text-sec text-ink-2">
      <span
        className={clsx("hidden min-w-48 text-right whitespace-nowrap xl:inline-block", old && "text-warn")}
      >
        {status?.last_week ? t("Sales through {0}", day(throughDay(status.last_week))) : ""}
        {old && t(", checked {0}", ago(dataUpdatedAt))}
      </span>
      <span
        role="status"
        className={clsx(
          "hidden h-6 min-w-28 items-center gap-1.5 rounded-full px-2.5 whitespace-nowrap sm:flex",
          connection === "live" ? "bg-good-soft text-good" : "bg-warn-soft text-warn",
        )}
      >
        <span aria-hidden className="size-1.5 rounded-full bg-current" />
        {CONNECTIONS[connection]}
      </span>
    </div>
  );
}

function ThemeSwitch() {
  const theme = useTheme();
  return (
    <IconButton
      label={theme === "dark" ? t("Use the light theme") : t("Use the dark theme")}
      onClick={toggleTheme}
    >
      {theme === "dark" ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
    </IconButton>
  );
}

interface UserMenuProps {
  onShortcuts: () => void;
  onPassword: () => void;
  onSecondFactor: () => void;
}

function UserMenu({ onShortcuts, onPassword, onSecondFactor }: UserMenuProps) {
  const theme = useTheme();
  const session = useSession();
  if (!("user" in session)) return null;
  const { username, role } = session.user;
  return (
    <Menu
      label={t("Account of {0}", username)}
      className="size-8 shrink-0 rounded-full bg-accent-soft text-sec font-semibold text-accent uppercase"
      trigger={username.slice(0, 2)}
    >
      <MenuText>
        <span className="block font-medium text-ink">{username}</span>
        <span className="text-sec text-ink-3">{words(role)}</span>
      </MenuText>
      <MenuItem onSelect={toggleTheme}>
        {theme === "dark" ? t("Use the light theme") : t("Use the dark theme")}
      </MenuItem>
      <MenuLine />
      {LANGUAGES.map(({ code, name }) => (
        <MenuItem key={code} onSelect={() => speak(code)}>
          <span
            lang={code}
            aria-current={code === language || undefined}
            className="flex justify-between gap-3"
          >
            {name} {code === language && <Check size={14} aria-hidden />}
          </span>
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem onSelect={onShortcuts}>{t("Keyboard shortcuts")}</MenuItem>
      <MenuItem onSelect={onPassword}>{t("Change your password")}</MenuItem>
      <MenuItem onSelect={onSecondFactor}>{t("Second factor")}</MenuItem>
      <MenuItem onSelect={() => void signOut()}>{t("Sign out")}</MenuItem>
    </Menu>
  );
}
