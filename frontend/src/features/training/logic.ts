/** How a difference of runs is told. Pure. */
export interface Cause {
  name: "data" | "model" | "override";
  from: number;
  to: number;
  change: number;
}

/** The causes of a difference one after the other, from the first total to the second: a waterfall. */
export function waterfall(difference: {
  total_before: number;
  data: number;
  model: number;
  override: number;
}): Cause[] {
  let at = difference.total_before;
  return (["data", "model", "override"] as const).map((name) => {
    const change = difference[name];
    const cause = { name, from: at, to: at + change, change };
    at += change;
    return cause;
  });
}
