import clsx from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { plus, sameDay, weeksOf } from "@/lib/days";
import { day as dayText, month as monthText, weekday } from "@/lib/format";
import { t } from "@/lib/texts";
import { current, today } from "@/lib/workspace";
import { IconButton } from "./controls";

interface Props {
  value: string | null;
  /** What it opens below. */
  below: RefObject<HTMLElement | null>;
  onPick: (day: string) => void;
  onClose: () => void;
}

const STEPS: Record<string, (day: string) => string> = {
  ArrowLeft: (day) => plus(day, -1),
  ArrowRight: (day) => plus(day, 1),
  ArrowUp: (day) => plus(day, -7),
  ArrowDown: (day) => plus(day, 7),
  PageUp: (day) => sameDay(day, -1),
  PageDown: (day) => sameDay(day, 1),
};
const HEIGHT = 300;
const WIDTH = 264;

/** Above everything, dialogs too, and put away by Escape or a press elsewhere: the platform's own popover. */
export function DayPicker({ value, below, onPick, onClose }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(value ?? today());
  const shown = at.slice(0, 7);
  useEffect(() => {
    const box = below.current?.getBoundingClientRect();
    const opened = element.current;
    if (!box || !opened) return;
    const under = box.bottom + HEIGHT + 4 > window.innerHeight ? box.top - HEIGHT - 4 : box.bottom + 4;
    opened.style.top = `${Math.max(8, under)}px`;
    opened.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - WIDTH - 8))}px`;
    opened.showPopover?.();
  }, [below]);
  useEffect(() => {
    element.current?.querySelector<HTMLElement>(`[data-day="${at}"]`)?.focus();
  }, [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || !(event.target as HTMLElement).dataset.day) return;
    event.preventDefault();
    setAt(step(at));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the days within
    <div
      ref={element}
      popover="auto"
      onToggle={(event) => event.newState === "closed" && onClose()}
      onKeyDown={onKeyDown}
      style={{ width: WIDTH }}
      className="fixed m-0 rounded-lg border border-line bg-panel p-2 text-body text-ink shadow-(--shadow)"
    >
      <div className="flex items-center justify-between pb-1">
        <IconButton label={t("Month before")} onClick={() => setAt(sameDay(at, -1))}>
          <ChevronLeft size={16} aria-hidden />
        </IconButton>
        <p aria-live="polite" className="font-medium">
          {monthText(shown)}
        </p>
        <IconButton label={t("Next month")} onClick={() => setAt(sameDay(at, 1))}>
          <ChevronRight size={16} aria-hidden />
        </IconButton>
      </div>
      <table className="w-full table-fixed text-center">
        <thead>
          <tr>
            {weeksOf(shown, current().week_start)[0]?.map((day) => (
              <th key={day} scope="col" className="h-7 text-meta font-normal text-ink-3">
                {weekday(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(shown, current().week_start).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} className="p-0">
                  <button
                    type="button"
                    data-day={day}
                    tabIndex={day === at ? 0 : -1}
                    aria-label={dayText(day, "always")}
                    aria-current={day === today() ? "date" : undefined}
                    aria-pressed={day === value}
                    onClick={() => onPick(day)}
                    className={clsx(
                      "h-8 w-full rounded-md tabular-nums hover:bg-sunken aria-[current]:font-semibold",
                      day === value && "bg-accent text-on-accent hover:bg-accent",
                      day !== value && day.startsWith(shown) && "text-ink",
                      day !== value && !day.startsWith(shown) && "text-ink-3",
                    )}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
