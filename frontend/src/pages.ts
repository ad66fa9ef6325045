/**
 * The one list of pages (pages.json): the menu, the palette, document titles and the browser tests read it. A page is
 * added there, and its route file beside the others; a test holds that the two agree.
 */
import {
  Activity,
  BookOpen,
  Boxes,
  BrainCircuit,
  CalendarDays,
  FileUp,
  Gauge,
  KeyRound,
  LayoutGrid,
  ListChecks,
  type LucideIcon,
  PackageCheck,
  ReceiptText,
  Sigma,
} from "lucide-react";
import type { Role } from "@/lib/session";
import list from "./pages.json";

const ICONS = {
  today: LayoutGrid,
  start: ListChecks,
  products: Boxes,
  totals: Sigma,
  catalog: BookOpen,
  promotions: CalendarDays,
  replenishment: PackageCheck,
  accuracy: Gauge,
  training: BrainCircuit,
  sales: ReceiptText,
  imports: FileUp,
  pipeline: Activity,
  admin: KeyRound,
} satisfies Record<string, LucideIcon>;

export interface Page {
  path: string;
  title: string;
  icon: LucideIcon;
  group: string;
  /** The least role that sees it in the menu. */
  role: Role;
  /** What else people may call it. */
  words: string;
  /** Its parts by the address's `view`, the first the one that opens. */
  views: readonly { value: string; label: string }[];
}

export const PAGES: readonly Page[] = list.map((page) => ({
  ...page,
  icon: ICONS[page.icon as keyof typeof ICONS],
  role: page.role as Role,
  views: Object.entries(page.views ?? {}).map(([value, label]) => ({ value, label: String(label) })),
}));

/** The page that an address belongs to; a product's is the products'. */
export function pageAt(path: string): Page | undefined {
  return (
    PAGES.find((page) => page.path === path) ??
    PAGES.find((page) => page.path !== "/" && path.startsWith(`${page.path}/`))
  );
}

/** The parts of a page, to choose from. */
export const viewsOf = <View extends string>(path: string) =>
  (pageAt(path)?.views ?? []) as readonly { value: View; label: string }[];

export interface Place {
  path: string;
  view: string | undefined;
  label: string;
}

/** Pages and their parts that all typed words are found in. */
export function placesFor(typed: string, sees: (role: Role) => boolean): Place[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const places = PAGES.filter((page) => sees(page.role)).flatMap((page) => [
    {
      path: page.path,
      view: undefined,
      label: page.title,
      words: `${page.title} ${page.group} ${page.words} go to`,
    },
    ...page.views.slice(1).map(({ value, label }) => ({
      path: page.path,
      view: value,
      label: `${page.title}: ${label}`,
      words: `${page.title} ${label} go to`,
    })),
  ]);
  return places
    .filter(
      ({ view, words }) =>
        (wanted.length > 0 || view === undefined) &&
        wanted.every((word) => words.toLowerCase().includes(word)),
    )
    .map(({ path, view, label }) => ({ path, view, label }));
}
