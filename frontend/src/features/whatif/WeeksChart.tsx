import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { type PointerEvent, useState } from "react";
import { useWidth } from "@/components/charts/useWidth";
import { leftOf, ValueLines } from "@/components/charts/ValueLines";
import { day, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import type { Told } from "./useScenario";

type Week = Told["weeks"][number];
const HEIGHT = 260;
const EDGE = { top: 14, right: 12, bottom: 28, left: 48 };
const LINES = 4;

/** The weeks ahead, as planned and under the scenario with its range; the table beside it says the same. */
export function WeeksChart({ weeks }: { weeks: readonly Week[] }) {
  const [element, width] = useWidth();
  const [at, setAt] = useState<number | null>(null);
  const top = Math.max(1, ...weeks.flatMap((item) => [item.base, item.then, item.then_high ?? 0]));
  const y = scaleLinear([0, top], [HEIGHT - EDGE.bottom, EDGE.top]).nice(LINES);
  const edge = { ...EDGE, left: leftOf(y, LINES, EDGE.left) };
  const x = scaleLinear([0, Math.max(1, weeks.length - 1)], [edge.left, width - edge.right]);
  const step = Math.max(1, Math.ceil(weeks.length / Math.max(2, Math.floor(width / 80))));
  const pointed = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setAt(Math.max(0, Math.min(weeks.length - 1, Math.round(x.invert(left)))));
  };
  const path = (name: "base" | "then") =>
    line<Week>()
      .x((_, place) => x(place))
      .y((item) => y(item[name]))([...weeks]) ?? "";
  const band =
    area<Week>()
      .defined((item) => item.then_low !== null)
      .x((_, place) => x(place))
      .y0((item) => y(item.then_low ?? 0))
      .y1((item) => y(item.then_high ?? 0))([...weeks]) ?? "";
  const active = at === null ? undefined : weeks[at];
  return (
    <div ref={element} className="relative mt-2">
      <p aria-hidden className="flex flex-wrap gap-x-4 text-sec text-ink-2">
        <Key className="border-t-2 border-accent">{t("What if")}</Key>
        <Key className="border-t-2 border-dashed border-ink-2">{t("As planned")}</Key>
      </p>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={t("Units by week, as planned and under the scenario; the table shows the same figures.")}
        className="block max-w-full touch-pan-y select-none"
        onPointerMove={pointed}
        onPointerLeave={() => setAt(null)}
      >
        <ValueLines y={y} ticks={LINES} width={width} edge={edge} />
        <path d={band} fill="var(--c-band-out)" />
        <path d={path("base")} fill="none" stroke="var(--ink-2)" strokeWidth={1.5} strokeDasharray="4 3" />
        <path d={path("then")} fill="none" stroke="var(--c-p50)" strokeWidth={2.25} strokeLinejoin="round" />
        {weeks.map((item, place) =>
          place % step === 0 && place < weeks.length - 1 ? (
            <text
              key={item.week}
              x={x(place)}
              y={HEIGHT - 8}
              textAnchor={place === 0 ? "start" : "middle"}
              className="fill-ink-3 text-meta"
            >
              {day(item.week)}
            </text>
          ) : null,
        )}
        {active && at !== null && (
          <line x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} stroke="var(--ink-2)" />
        )}
      </svg>
      {active && at !== null && (
        <div
          className="pointer-events-none absolute top-8 z-10 min-w-44 rounded-lg border border-line bg-panel px-3 py-2 shadow-(--shadow)"
          style={x(at) > width / 2 ? { right: width - x(at) + 12 } : { left: x(at) + 12 }}
        >
          <p className="font-medium">{t("Week of {0}", day(active.week))}</p>
          <Said label={t("As planned")}>{units(active.base)}</Said>
          <Said label={t("What if")}>{units(active.then)}</Said>
          <Said label={t("Likely")}>{range(active.then_low, active.then_high)}</Said>
        </div>
      )}
    </div>
  );
}

function Key({ className, children }: { className: string; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <i className={`w-5 ${className}`} />
      {children}
    </span>
  );
}

function Said({ label, children }: { label: string; children: string }) {
  return (
    <p className="flex justify-between gap-6 text-sec text-ink-2">
      {label} <span className="font-medium text-ink">{children}</span>
    </p>
  );
}
