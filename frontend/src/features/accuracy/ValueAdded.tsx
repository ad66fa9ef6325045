import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { api, data, type Schemas } from "@/api/client";
import { keys } from "@/api/keys";
import { Card, CardHead, ErrorCard, SkeletonRows, Table } from "@/components/ui/states";
import { count, money, percent, points, units, words } from "@/lib/format";
import { type Lag, steps } from "./logic";

/** What each step, and each planner, took away from the error or added to it. */
export function ValueAdded({ lag, weeks }: { lag: Lag; weeks: number }) {
  const found = useQuery({
    queryKey: keys.accuracy({ added: true, lag, weeks }),
    queryFn: () => data(api.GET("/api/forecast/accuracy/value-added", { params: { query: { lag, weeks } } })),
    staleTime: 60_000,
  });
  return (
    <Card className="min-w-0">
      <CardHead title="What each step adds" note="less error is better" />
      {found.isError ? (
        <ErrorCard title="The steps" error={found.error} onRetry={() => void found.refetch()} />
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

function People({ people }: { people: Schemas["AuthorValue"][] }) {
  if (people.length === 0)
    return (
      <p className="border-t border-line px-4 py-3 text-ink-2">
        No override was in force in these weeks, so people changed nothing.
      </p>
    );
  return (
    <div className="border-t border-line">
      <Table
        label="What people's changes added"
        head={
          <tr>
            <th scope="col">Who changed what</th>
            <th scope="col" className="text-right">
              Weeks
            </th>
            <th scope="col" className="text-right">
              Units of error
            </th>
            <th scope="col" className="text-right">
              Money
            </th>
          </tr>
        }
      >
        {people.map((person) => (
          <tr key={`${person.author} ${person.direction} ${person.size}`}>
            <td className="min-w-52">
              <p className="font-medium">{person.author}</p>
              <p className="text-sec text-ink-2">{`${words(person.direction)}, ${person.size}`}</p>
            </td>
            <td className="text-right">{count(person.cells)}</td>
            <td
              className={clsx(
                "text-right font-medium whitespace-nowrap",
                person.value_added_units < 0 ? "text-bad" : "text-good",
              )}
            >
              {person.value_added_units < 0 ? "+" : "−"}
              {units(Math.abs(person.value_added_units))}
              <span className="block text-meta font-normal text-ink-3">
                {person.value_added_units < 0 ? "made it worse" : "made it better"}
              </span>
            </td>
            <td className="text-right">{money(person.money)}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
