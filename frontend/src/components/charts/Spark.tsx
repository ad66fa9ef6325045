import { memo } from "react";

const WIDTH = 84;
const HEIGHT = 26;

/** A line of recent weeks. The figures beside it say the same, so it is hidden from assistive technology. */
export const Spark = memo(function Spark({
  values,
  className = "text-(--c-actual)",
}: {
  values: number[];
  className?: string;
}) {
  if (values.length < 2) return null;
  const top = Math.max(1, ...values);
  const bottom = Math.min(0, ...values);
  const x = (index: number) => 2 + (index / (values.length - 1)) * (WIDTH - 6);
  const y = (value: number) => HEIGHT - 3 - ((value - bottom) / (top - bottom)) * (HEIGHT - 6);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const last = values.length - 1;
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className={className}>
      <polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" />
      <circle cx={x(last)} cy={y(values[last] ?? 0)} r="2.2" fill="currentColor" />
    </svg>
  );
});
