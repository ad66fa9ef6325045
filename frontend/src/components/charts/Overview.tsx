import { useRef } from "react";
import { t } from "@/lib/texts";
import type { Point } from "./model";

const HEIGHT = 44;
const LEAST = 8;

interface Props {
  points: Point[];
  view: [number, number];
  onView: (view: [number, number]) => void;
  width: number;
  left: number;
  right: number;
}

/** All weeks, with the shown ones as a window: dragged, or moved by two range inputs. */
export function Overview({ points, view, onView, width, left, right }: Props) {
  const grabbed = useRef<{ part: "from" | "to" | "all"; x: number; view: [number, number] } | null>(null);
  const last = points.length - 1;
  const inner = width - left - right;
  const x = (index: number) => left + (index / Math.max(1, last)) * inner;
  const top = Math.max(1, ...points.map((point) => point.actual ?? point.expected ?? 0));
  const y = (value: number) => HEIGHT - 4 - (Math.max(0, value) / top) * (HEIGHT - 8);
  const coordinates = points
    .map((point, index) => `${x(index)},${y(point.actual ?? point.expected ?? 0)}`)
    .join(" ");

  const set = (from: number, to: number) => {
    const low = Math.max(0, Math.min(from, last - LEAST));
    onView([low, Math.min(last, Math.max(to, low + LEAST))]);
  };
  const moved = (clientX: number) => {
    const held = grabbed.current;
    if (!held) return;
    const step = Math.round(((clientX - held.x) / inner) * last);
    const [from, to] = held.view;
    if (held.part === "from") set(Math.min(from + step, to - LEAST), to);
    else if (held.part === "to") set(from, Math.max(to + step, from + LEAST));
    else {
      const shift = Math.max(-from, Math.min(last - to, step));
      set(from + shift, to + shift);
    }
  };
  const handle = (part: "from" | "to" | "all") => ({
    onPointerDown: (event: React.PointerEvent) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      grabbed.current = { part, x: event.clientX, view };
    },
    onPointerMove: (event: React.PointerEvent) => moved(event.clientX),
    onPointerUp: () => {
      grabbed.current = null;
    },
  });
  if (last <= LEAST) return null;
  return (
    <div className="mt-2">
      <svg width={width} height={HEIGHT} aria-hidden="true" className="touch-none">
        <rect x={left} width={inner} height={HEIGHT} rx={4} fill="var(--sunken)" />
        <polyline points={coordinates} fill="none" stroke="var(--ink-3)" />
        <rect
          x={x(view[0])}
          y={0.5}
          width={x(view[1]) - x(view[0])}
          height={HEIGHT - 1}
          rx={4}
          fill="var(--accent)"
          fillOpacity={0.13}
          stroke="var(--accent)"
          className="cursor-grab"
          {...handle("all")}
        />
        {(["from", "to"] as const).map((end, place) => (
          <rect
            key={end}
            x={x(view[place] ?? 0) - 4}
            y={HEIGHT / 2 - 10}
            width={8}
            height={20}
            rx={2}
            fill="var(--accent)"
            className="cursor-ew-resize"
            {...handle(end)}
          />
        ))}
      </svg>
      <div className="sr-only focus-within:not-sr-only focus-within:flex focus-within:gap-4 focus-within:pt-1">
        <label className="flex items-center gap-2 text-sec">
          {t("First week shown")}
          <input
            type="range"
            min={0}
            max={last - LEAST}
            value={view[0]}
            onChange={(event) => set(Math.min(Number(event.target.value), view[1] - LEAST), view[1])}
          />
        </label>
        <label className="flex items-center gap-2 text-sec">
          {t("Last week shown")}
          <input
            type="range"
            min={LEAST}
            max={last}
            value={view[1]}
            onChange={(event) => set(view[0], Math.max(Number(event.target.value), view[0] + LEAST))}
          />
        </label>
      </div>
    </div>
  );
}
