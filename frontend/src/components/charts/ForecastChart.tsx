import { max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import { day, plural, range, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { monthTicks, type Point, stockouts } from "./model";
import { Overview } from "./Overview";
import { useWidth } from "./useWidth";
import { leftOf, ValueLines } from "./ValueLines";

const HEIGHT = 380;
const EDGE = { top: 26, right: 12, bottom: 30, left: 44 };
const LINES = 5;
export const WINDOW_BACK = 78;
/** A pencil above the point: overrides are marked by more than a colour. */
const PENCIL = "M-4 -7 L-2.8 -11.4 L5 -19.2 L8.2 -16 L0.4 -8.2 Z";

interface Props {
  points: Point[];
  /** How many weeks ahead the past forecasts that `points` hold were made. */
  lag: number;
  name: string;
}

export function ForecastChart({ points, lag, name }: Props) {
  const [element, width] = useWidth();
  const first = points.findIndex((point) => point.expected !== null);
  const lastActual = first < 0 ? points.length - 1 : first - 1;
  const lastForecast = points.findLastIndex((point) => point.expected !== null);
  const [view, setView] = useState<[number, number]>([
    Math.max(0, lastActual - WINDOW_BACK),
    lastForecast < 0 ? points.length - 1 : lastForecast,
  ]);
  const [at, setAt] = useState<number | null>(null);
  const shown = useMemo(() => points.slice(view[0], view[1] + 1), [points, view]);
  const split = lastActual - view[0];
  const top =
    max(shown, (point) =>
      Math.max(point.actual ?? 0, point.p90 ?? 0, point.model ?? 0, point.past ?? 0, point.pastHigh ?? 0),
    ) ?? 1;
  const y = scaleLinear([0, Math.max(1, top)], [HEIGHT - EDGE.bottom, EDGE.top]).nice(LINES);
  const edge = { ...EDGE, left: leftOf(y, LINES, EDGE.left) };
  const x = scaleLinear([0, Math.max(1, shown.length - 1)], [edge.left, width - edge.right]);
  const active = at !== null ? shown[at] : undefined;

  const pointed = (event: PointerEvent<SVGSVGElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setAt(Math.max(0, Math.min(shown.length - 1, Math.round(x.invert(left)))));
  };
  const pressed = (event: KeyboardEvent) => {
    const from = at ?? Math.max(0, Math.min(shown.length - 1, split));
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Escape") setAt(null);
    if (to === undefined) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(shown.length - 1, to)));
  };

  return (
    <div ref={element} className="relative">
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the arrow keys move by week */}
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        tabIndex={0}
        aria-label={t(
          "Weekly demand of {0}. Left and right arrow keys move by week; the table shows the same figures.",
          name,
        )}
        className="block max-w-full touch-pan-y rounded select-none"
        onPointerMove={pointed}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={pressed}
      >
        <ValueLines y={y} ticks={LINES} width={width} edge={edge} />
        {stockouts(shown).map(([from, to]) => (
          <rect
            key={from}
            x={x(Math.max(0, from - 0.5))}
            y={EDGE.top}
            width={x(Math.min(shown.length - 1, to + 0.5)) - x(Math.max(0, from - 0.5))}
            height={HEIGHT - EDGE.top - EDGE.bottom}
            fill="var(--c-stockout)"
            opacity={0.16}
          />
        ))}
        <Lines points={shown} split={split} x={x} y={y} />
        {split >= 0 && split < shown.length - 1 && (
          <g>
            <line
              x1={x(split)}
              x2={x(split)}
              y1={EDGE.top - 4}
              y2={HEIGHT - EDGE.bottom}
              stroke="var(--ink-3)"
              strokeDasharray="2 3"
            />
            <text x={x(split)} y={EDGE.top - 10} textAnchor="middle" className="fill-ink-2 text-meta">
              {t("Last actual")}
            </text>
          </g>
        )}
        {monthTicks(shown, Math.floor(width / 80)).map((tick) => (
          <text
            key={tick.index}
            x={x(tick.index)}
            y={HEIGHT - 10}
            textAnchor="middle"
            className={tick.year ? "fill-ink text-meta font-semibold" : "fill-ink-3 text-meta"}
          >
            {tick.label}
          </text>
        ))}
        {active && at !== null && (
          <g pointerEvents="none">
            <line x1={x(at)} x2={x(at)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} stroke="var(--ink-2)" />
            <circle
              cx={x(at)}
              cy={y(active.actual ?? active.expected ?? 0)}
              r={4}
              fill="var(--panel)"
              stroke={active.actual !== null ? "var(--c-actual)" : "var(--c-p50)"}
              strokeWidth={2}
            />
          </g>
        )}
      </svg>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: the arrow keys move by week */}
      {active && at !== null && <Tooltip point={active} left={x(at)} width={width} lag={lag} />}
      <p role="status" className="sr-only">
        {active ? spoken(active, lag) : ""}
      </p>
      <Overview
        points={points}
        view={view}
        onView={(next) => {
          setAt(null);
          setView(next);
        }}
        width={width}
        left={edge.left}
        right={EDGE.right}
      />
    </div>
  );
}

function spoken(point: Point, lag: number): string {
  const what = [
    point.actual !== null && t("sold {0}", units(point.actual)),
    point.past !== null &&
      t(
        "{0} before, {1} were expected, likely {2}",
        plural(lag, "week"),
        units(point.past),
        range(point.pastLow, point.pastHigh),
      ),
    point.expected !== null &&
      t("expected {0}, likely {1}", units(point.expected), range(point.p10, point.p90)),
    point.model !== null && t("overridden, the model alone expects {0}", units(point.model)),
  ]
    .filter(Boolean)
    .join("; ");
  return t("Week of {0}: {1}{2}", day(point.week), what, point.outOfStock ? t(", out of stock") : "");
}

type Scale = ReturnType<typeof scaleLinear<number>>;

function Lines({ points, split, x, y }: { points: Point[]; split: number; x: Scale; y: Scale }) {
  const drawn = points.map((point, index) => ({ ...point, index }));
  // The fan starts in the last actual, so that it is one picture; that week itself has no range.
  const ahead = drawn
    .filter((point) => point.expected !== null || point.index === split)
    .map((point) =>
      point.expected === null
        ? {
            ...point,
            p10: point.actual,
            p25: point.actual,
            expected: point.actual,
            p75: point.actual,
            p90: point.actual,
          }
        : point,
    );
  const band = (low: "p10" | "p25", high: "p90" | "p75") =>
    area<(typeof ahead)[number]>()
      .x((point) => x(point.index))
      .y0((point) => y(point[low] ?? 0))
      .y1((point) => y(point[high] ?? 0))(ahead) ?? "";
  const pastBand =
    area<(typeof drawn)[number]>()
      .defined((point) => point.pastLow !== null)
      .x((point) => x(point.index))
      .y0((point) => y(point.pastLow ?? 0))
      .y1((point) => y(point.pastHigh ?? 0))(drawn) ?? "";
  const path = (name: "actual" | "expected" | "past" | "model", from: typeof drawn) =>
    line<(typeof drawn)[number]>()
      .defined((point) => point[name] !== null)
      .x((point) => x(point.index))
      .y((point) => y(point[name] ?? 0))(from) ?? "";
  return (
    <g fill="none" strokeLinejoin="round">
      <path d={band("p10", "p90")} fill="var(--c-band-out)" />
      <path d={band("p25", "p75")} fill="var(--c-band-in)" />
      <path d={pastBand} fill="var(--c-past)" opacity={0.16} />
      <path d={path("past", drawn)} stroke="var(--c-past)" strokeWidth={1.25} strokeDasharray="4 3" />
      <path d={path("actual", drawn)} stroke="var(--c-actual)" strokeWidth={1.75} />
      <path d={path("expected", ahead)} stroke="var(--c-p50)" strokeWidth={2.25} />
      <path d={path("model", drawn)} stroke="var(--ink-2)" strokeWidth={1.5} strokeDasharray="1.5 3.5" />
      {drawn.map((point) =>
        point.model === null ? null : (
          <g key={point.week} transform={`translate(${x(point.index)},${y(point.expected ?? 0)})`}>
            <circle r={3.25} fill="var(--panel)" stroke="var(--accent)" strokeWidth={1.75} />
            <path d={PENCIL} fill="var(--accent)" stroke="var(--panel)" />
          </g>
        ),
      )}
      {drawn.map((point) =>
        point.model === null ? null : (
          <circle key={point.week} cx={x(point.index)} cy={y(point.model)} r={1.75} fill="var(--ink-2)" />
        ),
      )}
    </g>
  );
}

function Tooltip({ point, left, width, lag }: { point: Point; left: number; width: number; lag: number }) {
  const lines: [string, string][] = [];
  if (point.actual !== null) lines.push([t("Sold"), units(point.actual)]);
  if (point.expected !== null)
    lines.push(
      [t("Expected (mean)"), units(point.expected)],
      [t("As likely above as below (P50)"), units(point.median)],
      [t("Range {0}", "P25–P75"), range(point.p25, point.p75)],
      [t("Range {0}", "P10–P90"), range(point.p10, point.p90)],
    );
  if (point.past !== null)
    lines.push(
      [
        point.rehearsed
          ? t("Expected {0} before, rehearsed", plural(lag, "week"))
          : t("Expected {0} before", plural(lag, "week")),
        units(point.past),
      ],
      [t("Range {0} then", "P10–P90"), range(point.pastLow, point.pastHigh)],
    );
  if (point.model !== null) lines.push([t("Model alone, expected"), units(point.model)]);
  if (point.outOfStock) lines.push([t("Out of stock"), t("not trained on")]);
  const side = left > width / 2 ? { right: width - left + 12 } : { left: left + 12 };
  return (
    <div
      className="pointer-events-none absolute top-8 z-10 min-w-48 rounded-lg border border-line bg-panel px-3 py-2 shadow-(--shadow)"
      style={side}
    >
      <p className="font-medium">{t("Week of {0}", day(point.week, "always"))}</p>
      {lines.map(([label, value]) => (
        <p key={label} className="flex justify-between gap-6 text-sec text-ink-2">
          {label} <span className="font-medium text-ink">{value}</span>
        </p>
      ))}
    </div>
  );
}
