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
  FlaskConical,
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
import { t } from "@/lib/texts";
import list from "./pages.json";

const ICONS = {
  today: LayoutGrid,
  start: ListChecks,
  products: Boxes,
  totals: Sigma,
  catalog: BookOpen,
  promotions: CalendarDays,
  whatif: FlaskConical,
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
  title: t(page.title),
  group: t(page.group),
  words: t(page.words),
  icon: ICONS[page.icon as keyof typeof ICONS],
  role: page.role as Role,
  views: Object.entries(page.views ?? {}).map(([value, label]) => ({ value, label: t(String(label)) })),
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

const wordsOf = (typed: string) => typed.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether all typed words are found in a text, in any order, each as a part. */
export const matches = (typed: string, text: string) =>
  wordsOf(typed).every((word) => text.toLowerCase().includes(word));

/** Pages, their parts and what is begun on them that all typed words are found in. */
export function placesFor(typed: string, sees: (role: Role) => boolean): Place[] {
  const wanted = wordsOf(typed);
  const places = PAGES.filter((page) => sees(page.role)).flatMap((page) => [
    {
      path: page.path,
      view: undefined,
      label: page.title,
      words: `${page.title} ${page.group} ${page.words} ${t("go to")}`,
    },
    ...page.views.slice(1).map(({ value, label }) => ({
      path: page.path,
      view: value,
      label: `${page.title}: ${label}`,
      words: `${page.title} ${label} ${t("go to")}`,
    })),
  ]);
  return places
    .filter(({ view, words }) => (wanted.length > 0 || view === undefined) && matches(typed, words))
    .map(({ path, view, label }) => ({ path, view, label }));
}
