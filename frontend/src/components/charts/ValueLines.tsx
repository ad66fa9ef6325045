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
      <text x={edge.left - 8} y={y(value) + 4} textAnchor="end" className="fill-ink-3 text-meta">
        {write(value)}
      </text>
    </g>
  ));
}
