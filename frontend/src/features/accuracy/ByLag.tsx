import { scaleLinear, scalePoint } from "d3-scale";
import { line } from "d3-shape";
import type { Schemas } from "@/api/client";
import { useWidth } from "@/components/charts/useWidth";
import { ValueLines } from "@/components/charts/ValueLines";
import type { Column } from "@/components/table/columns";
import { DataTable } from "@/components/table/DataTable";
import { here } from "@/components/table/rows";
import { percent } from "@/lib/format";
import { t } from "@/lib/texts";

type Row = Schemas["AccuracyOut"];
const HEIGHT = 220;
const EDGE = { top: 16, right: 24, bottom: 34, left: 52 };
const LINES = [
  {
    name: t("Naive: as last week"),
    field: "wape_naive",
    colour: "var(--c-past)",
    dash: "4 3",
    mark: "square",
  },
  { name: t("Model"), field: "wape_model", colour: "var(--c-actual)", dash: undefined, mark: "none" },
  { name: t("With overrides"), field: "wape", colour: "var(--c-p50)", dash: undefined, mark: "circle" },
] as const;

/** The error at each lag: naive, model and what was published; the table below the lines says the same. */
export function ByLag({ rows }: { rows: Row[] }) {
  const [element, width] = useWidth();
  const sorted = [...rows].sort((a, b) => a.lag - b.lag);
  const x = scalePoint(
    sorted.map((row) => row.lag),
    [EDGE.left + 12, width - EDGE.right - 12],
  );
  const top = Math.max(0.1, ...sorted.flatMap((row) => LINES.map(({ field }) => row[field] ?? 0)));
  const y = scaleLinear([0, top], [HEIGHT - EDGE.bottom, EDGE.top]).nice(4);
  return (
    <>
      <div className="p-4 pb-0">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-sec text-ink-2">
          {LINES.map(({ name, colour, dash }) => (
            <li key={name} className="flex items-center gap-2">
              <svg width="18" height="6" aria-hidden="true">
                <line x1="0" x2="18" y1="3" y2="3" stroke={colour} strokeWidth="2" strokeDasharray={dash} />
              </svg>
              {name}
            </li>
          ))}
        </ul>
        <div ref={element}>
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <ValueLines
              y={y}
              ticks={4}
              width={width}
              edge={EDGE}
              write={(value) => `${Math.round(value * 100)}%`}
              base="var(--line)"
            />
            {sorted.map((row) => (
              <text
                key={row.lag}
                x={x(row.lag)}
                y={HEIGHT - 12}
                textAnchor="middle"
                className="fill-ink-3 text-meta"
              >
                {ahead(row)}
              </text>
            ))}
            {LINES.map(({ name, field, colour, dash, mark }) => {
              const known = sorted.filter((row) => row[field] !== null);
              const path = line<Row>()
                .x((row) => x(row.lag) ?? 0)
                .y((row) => y(row[field] ?? 0))(known);
              return (
                <g key={name} fill="none" stroke={colour} strokeWidth={2}>
                  <path d={path ?? ""} strokeDasharray={dash} />
                  {mark !== "none" &&
                    known.map((row) =>
                      mark === "circle" ? (
                        <circle
                          key={row.lag}
                          cx={x(row.lag)}
                          cy={y(row[field] ?? 0)}
                          r={3.5}
                          fill="var(--panel)"
                        />
                      ) : (
                        <rect
                          key={row.lag}
                          x={(x(row.lag) ?? 0) - 3}
                          y={y(row[field] ?? 0) - 3}
                          width={6}
                          height={6}
                          fill="var(--panel)"
                        />
                      ),
                    )}
                </g>
              );
            })}
          </svg>
        </div>
      </div>
      <DataTable
        label={t("Error by how far ahead")}
        plain
        columns={COLUMNS}
        rows={here(sorted)}
        rowKey={(row) => String(row.lag)}
        empty={null}
      />
    </>
  );
}

const ahead = (row: Row) => (row.lag === 1 ? t("1 week") : t("{0} {0:week/weeks}", row.lag));

const COLUMNS: readonly Column<Row>[] = [
  { id: "ahead", label: t("Ahead"), width: 90, cell: ahead },
  ...LINES.map(({ name, field }) => ({
    id: field,
    label: name,
    width: 110,
    align: "right" as const,
    cell: (row: Row) => percent(row[field]),
  })),
];
