import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { count, money, percent, points, units, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { type Lag, steps } from "./logic";

/** What each step, and each planner, took away from the error or added to it. */
export function ValueAdded({ lag, weeks }: { lag: Lag; weeks: number }) {
  const found = useQuery({
    ...query("/api/forecast/accuracy/value-added", { query: { lag, weeks } }),
    staleTime: 60_000,
  });
  return (
    <Card className="min-w-0">
      <CardHead title={t("What each step adds")} note={t("less error is better")} />
      {found.isError ? (
        <ErrorCard title={t("The steps")} error={found.error} onRetry={() => void found.refetch()} />
      ) : !found.data ? (
        <SkeletonRows rows={4} />
      ) : (
        <>
          <Steps found={found.data} />
          <People people={found.data.people} />
        </>
      )}
    </Card>
  );
}

function Steps({ found }: { found: Schemas["ValueAdded"] }) {
  const all = steps(found);
  const most = Math.max(0.01, ...all.map((step) => step.wape ?? 0));
  return (
    <ol className="px-4 py-2">
      {all.map((step, place) => (
        <li key={step.name} className="grid grid-cols-[150px_1fr_auto] items-center gap-3 py-1.5">
          <span className="text-ink-2">{step.name}</span>
          <span aria-hidden className="h-4 rounded bg-sunken">
            <i
              className={clsx("block h-full rounded", ["bg-(--c-past)", "bg-ink-2", "bg-accent"][place])}
              style={{ width: `${((step.wape ?? 0) / most) * 100}%` }}
            />
          </span>
          <span className="w-28 text-right whitespace-nowrap">
            <strong className="font-semibold">{percent(step.wape)}</strong>{" "}
            {step.change !== null && (
              <span
                className={clsx(
                  "text-sec",
                  step.change < -0.0005 ? "text-good" : step.change > 0.0005 ? "text-bad" : "text-ink-3",
                )}
              >
                {points(step.change)}
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

const PEOPLE: readonly Column<Schemas["AuthorValue"]>[] = [
  {
    id: "who",
    label: t("Who changed what"),
    width: 200,
    text: (person) => `${person.author}: ${person.direction}, ${person.size}`,
    cell: (person) => (
      <>
        <p className="font-medium">{person.author}</p>
        <p className="text-sec text-ink-2">{`${words(person.direction)}, ${person.size}`}</p>
      </>
    ),
  },
  {
    id: "weeks",
    label: t("Weeks"),
    width: 70,
    align: "right",
    text: (person) => person.cells,
    cell: (person) => count(person.cells),
  },
  {
    id: "error",
    label: t("Units of error"),
    width: 110,
    align: "right",
    text: (person) => -person.value_added_units,
    cell: ({ value_added_units: added }) => (
      <span className={clsx("font-medium whitespace-nowrap", added < 0 ? "text-bad" : "text-good")}>
        {added < 0 ? "+" : "−"}
        {units(Math.abs(added))}
        <span className="block text-meta font-normal text-ink-3">
          {added < 0 ? t("made it worse") : t("made it better")}
        </span>
      </span>
    ),
  },
  {
    id: "money",
    label: t("Money"),
    width: 90,
    align: "right",
    text: (person) => person.money,
    cell: (person) => money(person.money),
  },
];

function People({ people }: { people: Schemas["AuthorValue"][] }) {
  return (
    <div className="border-t border-line">
      <DataTable
        label={t("What people's changes added")}
        columns={PEOPLE}
        rows={here(people)}
        rowKey={(person) => `${person.author} ${person.direction} ${person.size}`}
        one="line"
        empty={
          <p className="px-4 py-3 text-ink-2">
            {t("No override was in force in these weeks, so people changed nothing.")}
          </p>
        }
      />
    </div>
  );
}
