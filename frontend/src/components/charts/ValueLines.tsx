import type { ScaleLinear } from "d3-scale";
import { units } from "@/lib/format";

interface Props {
  y: ScaleLinear<number, number>;
  ticks: number;
  width: number;
  edge: { left: number; right: number };
  write?: (value: number) => string;
  /** The line at nought. */
  base?: string;
}

const GAP = 8;
const CHARACTER = 6.4;

/** Where a chart begins, so that what its lines stand for has its room: "200,000" needs more than "20". */
export const leftOf = (y: Props["y"], ticks: number, least: number, write = units) =>
  Math.max(least, GAP + 4 + CHARACTER * Math.max(...y.ticks(ticks).map((value) => write(value).length)));

/** A chart's lines of equal value, with what they stand for on the left. */
export function ValueLines({ y, ticks, width, edge, write = units, base = "var(--control)" }: Props) {
  return y.ticks(ticks).map((value) => (
    <g key={value}>
      <line
        x1={edge.left}
        x2={width - edge.right}
        y1={y(value)}
        y2={y(value)}
        stroke={value === 0 ? base : "var(--line)"}
      />
      <text x={edge.left - GAP} y={y(value) + 4} textAnchor="end" className="fill-ink-3 text-meta">
        {write(value)}
      </text>
    </g>
  ));
}
