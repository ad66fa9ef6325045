import { useQuery } from "@tanstack/react-query";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import type { Column } from "@/components/table/columns";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { here, rowsOf } from "@/components/table/rows";
import { NoForecasts } from "@/components/ui/NoForecasts";
import { Empty } from "@/components/ui/states";
import { count, words } from "@/lib/format";
import { t } from "@/lib/texts";
import { Span } from "./Effects";
import { changeOf, doubtOf, type Effect, HOW, isElasticity, nameOf, noteOf, scaleOf } from "./effect";

interface Props {
  category: string | undefined;
  onCategory: (category: string | undefined) => void;
}

/** What each driver does, of all products and by category. */
export function EffectList({ category, onCategory }: Props) {
  const found = useQuery({
    ...query("/api/forecast/effects", { query: { category } }),
    staleTime: 5 * 60_000,
  });
  const effects = found.data?.effects ?? [];
  // Nothing failed where nothing was trained yet.
  const untrained = found.error !== null && asApiError(found.error).code === "no_forecast";
  const notes = found.data?.notes ?? [];
  return (
    <ListCard
      fill
      title={t("What drivers do")}
      note={t("to sales, as learned of all past weeks; with the doubt")}
      label={t("Effects")}
      one="effect"
      columns={columns(scaleOf(effects.filter((each) => !isElasticity(each))))}
      rows={untrained ? here([]) : rowsOf(found, (data) => data.effects)}
      rowKey={(row) => `${row.group} ${row.driver} ${row.name} ${row.how}`}
      empty={
        untrained ? (
          <NoForecasts />
        ) : (
          <Empty title={t("Nothing is known yet")}>
            {notes.map((note) => (
              <p key={note}>{noteOf(note)}</p>
            ))}
          </Empty>
        )
      }
      actions={
        <Facets facets={["category"]} value={{ category }} onChange={(next) => onCategory(next.category)} />
      }
    >
      {effects.length > 0 &&
        notes.map((note) => (
          <p key={note} className="border-b border-line px-4 py-2 text-ink-2">
            {noteOf(note)}
          </p>
        ))}
    </ListCard>
  );
}

const columns = (at: (value: number) => number): readonly Column<Effect>[] => [
  {
    id: "name",
    label: t("Driver"),
    width: 200,
    text: (row) => `${words(row.driver)}: ${nameOf(row)}`,
    cell: (row) => (
      <>
        <span className="block truncate font-medium">{nameOf(row)}</span>
        <span className="block truncate text-meta text-ink-3">{words(row.driver)}</span>
      </>
    ),
  },
  {
    id: "group",
    label: t("Category"),
    width: 140,
    from: "sm",
    text: (row) => row.group,
    cell: (row) => <span className="block truncate text-ink-2">{row.group || t("All products")}</span>,
  },
  {
    id: "change",
    label: t("Change of sales"),
    width: 130,
    align: "right",
    text: (row) => row.change,
    cell: (row) => (
      <>
        <span className="font-semibold">{changeOf(row)}</span>
        <span className="block text-meta whitespace-nowrap text-ink-3">
          {isElasticity(row) ? t("elasticity, {0}", doubtOf(row)) : doubtOf(row)}
        </span>
      </>
    ),
  },
  {
    id: "span",
    label: t("Least to most"),
    width: 150,
    from: "md",
    text: (row) => `${row.low} ${row.high}`,
    cell: (row) => (isElasticity(row) ? null : <Span effect={row} at={at} />),
  },
  {
    id: "series",
    label: t("Series"),
    width: 76,
    align: "right",
    from: "md",
    text: (row) => row.series,
    cell: (row) => <span className="text-ink-2">{count(row.series)}</span>,
  },
  {
    id: "how",
    label: t("How it is known"),
    width: 130,
    from: "lg",
    text: (row) => row.how,
    cell: (row) => <span className="text-ink-2">{HOW[row.how] ?? row.how}</span>,
  },
];
