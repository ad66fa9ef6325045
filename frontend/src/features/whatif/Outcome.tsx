import { type ReactNode, useState } from "react";
import { ShowAs, type Shown } from "@/components/charts/ShowAs";
import { Card, CardHead } from "@/components/ui/states";
import { Term, type Word } from "@/components/ui/Term";
import { noteOf } from "@/features/effects/effect";
import { change, count, day, money, percent, plural, points, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Figures, Told } from "./useScenario";
import { WeeksChart } from "./WeeksChart";
import { WeeksTable } from "./WeeksTable";

/** A scenario beside what is expected: whole and by week. */
export function Outcome({ told }: { told: Told }) {
  const [view, setView] = useState<Shown>("chart");
  return (
    <>
      <Card>
        <CardHead
          title={t("What it does")}
          note={t(
            "{0} in the {1} from {2}, beside the forecast as of {3}",
            plural(told.series, "series", "series"),
            plural(told.weeks.length, "week"),
            day(told.weeks[0]?.week),
            day(told.as_of),
          )}
        />
        {told.notes.length > 0 && <Notes notes={told.notes} />}
        <Whole told={told} />
        <Unknown figures={told.base} series={told.series} />
      </Card>
      <Card className="p-4">
        <div className="flex flex-wrap items-center gap-3">
          <h2 className="text-title font-semibold">{t("Week by week")}</h2>
          <div className="ml-auto">
            <ShowAs value={view} onChange={setView} />
          </div>
        </div>
        {view === "chart" ? <WeeksChart weeks={told.weeks} /> : <WeeksTable weeks={told.weeks} />}
        <p className="pt-2 text-sec text-ink-3">
          {t("Ranges hold eight times of ten; that of a scenario moves in proportion to what is expected.")}
        </p>
      </Card>
    </>
  );
}

/** What is to be known of all of it: what nothing was learned of, what would not count. */
function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <ul aria-label={t("To be known")} className="m-4 grid gap-1 rounded-lg bg-warn-soft px-4 py-3 text-warn">
      {notes.map((note) => (
        <li key={note}>{noteOf(note)}</li>
      ))}
    </ul>
  );
}

function Whole({ told: { base, then, likely } }: { told: Told }) {
  const of = (name: keyof Figures, shown: (value: number | null) => string, by = relative) => ({
    value: shown(then[name]),
    before: shown(base[name]),
    moved: by(base[name], then[name]),
  });
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-b-[10px] bg-line sm:grid-cols-4">
      <Figure label={t("Units")} {...of("units", units)}>
        {likely.then_low !== null && t("likely {0}", range(likely.then_low, likely.then_high))}
      </Figure>
      <Figure label={t("Revenue")} {...of("revenue", money)} />
      <Figure label={t("Margin")} {...of("margin", money)} />
      <Figure label={t("At risk before a delivery")} {...of("revenue_at_risk", money)} />
      <Figure label={t("Stock kept, at cost")} {...of("stock_value", money)} />
      <Figure label={t("To order now")} {...of("order_value", money)} />
      <Figure label={t("Service level")} term="service level" {...of("service_level", percent, inPoints)} />
      <Figure label={t("Risk to run out")} {...of("stockout_risk", percent, inPoints)} />
    </dl>
  );
}

const relative = (base: number | null, then: number | null) =>
  base === null || then === null || base === 0 || base === then ? "" : change(then / base - 1);
const inPoints = (base: number | null, then: number | null) =>
  base === null || then === null || base === then ? "" : points(then - base);

interface FigureProps {
  label: string;
  term?: Word;
  value: string;
  before: string;
  moved: string;
  children?: ReactNode;
}

function Figure({ label, term, value, before, moved, children }: FigureProps) {
  return (
    <div className="min-w-0 bg-panel px-4 py-3">
      <dt className="text-sec text-ink-2">{term ? <Term of={term}>{label}</Term> : label}</dt>
      <dd>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-kpi font-semibold tracking-tight whitespace-nowrap">{value}</span>
          {moved && <span className="font-medium whitespace-nowrap text-accent">{moved}</span>}
        </p>
        <p className="text-meta text-ink-3">
          {value === before ? t("as it is planned") : t("{0} as it is planned", before)}
          {children && <> · {children}</>}
        </p>
      </dd>
    </div>
  );
}

/** Sums say of how many series they are not. */
function Unknown({ figures, series }: { figures: Figures; series: number }) {
  const { without_price: price, without_cost: cost } = figures;
  if (price === 0 && cost === 0) return null;
  return (
    <p className="border-t border-line px-4 py-2 text-sec text-ink-2">
      {price > 0 &&
        t("Revenue is without {0} of {1} series whose price is not known. ", count(price), count(series))}
      {cost > 0 && t("Margin is without {0} whose cost or terms are not known.", count(cost))}
    </p>
  );
}
