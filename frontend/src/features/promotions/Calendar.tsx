import clsx from "clsx";
import { CalendarDays, ChevronLeft, ChevronRight, Lock, Tag } from "lucide-react";
import { Button, IconButton } from "@/components/ui/controls";
import { Card, CardHead, Empty } from "@/components/ui/states";
import { monthAfter, weeksOf } from "@/lib/days";
import { day, month as monthName, weekday } from "@/lib/format";
import { useMedia } from "@/lib/hooks";
import { t } from "@/lib/texts";
import { current, today } from "@/lib/workspace";
import { type Bar, barsOf } from "./month";
import { daysOf, howOf, type Planned, reachOf, spoken } from "./planned";

interface Props {
  month: string;
  onMonth: (month: string) => void;
  planned: readonly Planned[];
  onOpen: (planned: Planned) => void;
  /** Absent for those who may not plan. */
  onDay: ((day: string) => void) | undefined;
}

/** A month, with a bar for each promotion and event; on a phone the same as a list. */
export function Calendar({ month, onMonth, planned, onOpen, onDay }: Props) {
  const wide = useMedia("(min-width: 640px)");
  const weeks = weeksOf(month, current().week_start);
  const [first, last] = [weeks[0]?.[0] ?? "", weeks.at(-1)?.[6] ?? ""];
  const shown = planned.filter((item) => item.starts <= last && item.ends >= first);
  return (
    <Card className="min-w-0">
      <CardHead title={monthName(month)} note={shown.length === 0 ? t("nothing is planned") : undefined}>
        <Button onClick={() => onMonth(today().slice(0, 7))}>{t("Today")}</Button>
        <IconButton label={t("Month before")} onClick={() => onMonth(monthAfter(month, -1))}>
          <ChevronLeft size={16} aria-hidden />
        </IconButton>
        <IconButton label={t("Next month")} onClick={() => onMonth(monthAfter(month, 1))}>
          <ChevronRight size={16} aria-hidden />
        </IconButton>
      </CardHead>
      {wide ? (
        <>
          <div aria-hidden className="grid grid-cols-7 border-b border-line text-sec text-ink-3">
            {weeks[0]?.map((date) => (
              <span key={date} className="px-2 py-1">
                {weekday(date)}
              </span>
            ))}
          </div>
          <ol aria-label={monthName(month)}>
            {weeks.map((week) => (
              <Week key={week[0]} week={week} month={month} planned={shown} onOpen={onOpen} onDay={onDay} />
            ))}
          </ol>
        </>
      ) : (
        <Agenda planned={shown} onOpen={onOpen} />
      )}
    </Card>
  );
}

type WeekProps = Omit<Props, "onMonth"> & { week: string[] };

function Week({ week, month, planned, onOpen, onDay }: WeekProps) {
  const now = today();
  return (
    <li className="grid min-h-24 grid-cols-7 content-start gap-y-1 border-b border-line pb-2 last:border-b-0">
      {week.map((date) => {
        const look = clsx(
          "m-1 justify-self-start rounded px-1.5 text-sec",
          date === now ? "bg-accent font-semibold text-on-accent" : "text-ink-2",
          date.slice(0, 7) !== month && date !== now && "text-ink-3",
        );
        const shown = <time dateTime={date}>{date.endsWith("-01") ? day(date) : Number(date.slice(8))}</time>;
        return onDay ? (
          <button
            key={date}
            type="button"
            aria-label={t("Plan a promotion from {0}", day(date, "always"))}
            title={t("Plan a promotion from this day")}
            onClick={() => onDay(date)}
            className={clsx(look, "min-h-6 min-w-6", date !== now && "hover:bg-sunken")}
          >
            {shown}
          </button>
        ) : (
          <span key={date} className={look}>
            {shown}
          </span>
        );
      })}
      {barsOf(planned, week).map((bar) => (
        <PlannedBar key={bar.item.id} bar={bar} onOpen={onOpen} />
      ))}
    </li>
  );
}

const LOOKS = {
  promotion: "bg-good-soft text-good",
  closed: "bg-sunken text-ink-2",
  event: "bg-accent-soft text-accent",
};

/** By more than a colour: each kind has its sign. */
function kindOf(planned: Planned) {
  if (planned.what === "promotion") return { look: LOOKS.promotion, Icon: Tag };
  return planned.kind === "closed"
    ? { look: LOOKS.closed, Icon: Lock }
    : { look: LOOKS.event, Icon: CalendarDays };
}

function PlannedBar({ bar, onOpen }: { bar: Bar<Planned>; onOpen: (planned: Planned) => void }) {
  const { item, from, to, lane, begins, ends } = bar;
  const { look, Icon } = kindOf(item);
  return (
    <button
      type="button"
      aria-label={spoken(item)}
      onClick={() => onOpen(item)}
      className={clsx(
        "flex h-6 min-w-0 items-center gap-1.5 px-2 text-left text-sec font-medium",
        look,
        begins ? "ml-1 rounded-l" : "",
        ends ? "mr-1 rounded-r" : "",
      )}
      style={{ gridColumn: `${from + 1} / ${to + 2}`, gridRow: lane + 2 }}
    >
      <Icon size={12} aria-hidden className="shrink-0" />
      <span className="truncate">{item.name}</span>
      {item.what === "promotion" && howOf(item).length > 0 && (
        <span className="truncate font-normal max-lg:hidden">{howOf(item).join(", ")}</span>
      )}
    </button>
  );
}

function Agenda({ planned, onOpen }: Pick<Props, "planned" | "onOpen">) {
  if (planned.length === 0) return <Empty title={t("Nothing is planned this month")} />;
  return (
    <ul>
      {planned.map((item) => {
        const { look, Icon } = kindOf(item);
        return (
          <li key={item.id} className="border-b border-line last:border-b-0">
            <button
              type="button"
              onClick={() => onOpen(item)}
              className="flex min-h-14 w-full items-center gap-3 px-4 py-2 text-left"
            >
              <span className={clsx("flex size-7 shrink-0 items-center justify-center rounded", look)}>
                <Icon size={14} aria-hidden />
              </span>
              <span className="min-w-0">
                <span className="block truncate font-medium">{item.name}</span>
                <span className="block truncate text-sec text-ink-2">
                  {[daysOf(item), ...(item.what === "promotion" ? howOf(item) : []), reachOf(item)].join(
                    " · ",
                  )}
                </span>
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
