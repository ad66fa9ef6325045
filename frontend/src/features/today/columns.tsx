import type { Column } from "@/components/table/columns";
import { Bar, Weighed } from "@/components/ui/Bar";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge } from "@/components/ui/states";
import { day, money, plural, units } from "@/lib/format";
import { Actions } from "./Actions";
import { badgeOf, coverOf, type Entry, nameOf, whyOf } from "./entries";

/** The list of what needs attention; `most` is the largest sum at stake, that the bars are measured by. */
export function columnsFor(most: number): readonly Column<Entry>[] {
  return [
    {
      id: "product",
      label: "Product",
      width: 190,
      text: (entry) => [nameOf(entry), entry.sku, entry.location].filter(Boolean).join(" · "),
      cell: (entry) =>
        entry.sku ? (
          <ProductLink sku={entry.sku} location={entry.location} name={nameOf(entry)} />
        ) : (
          <span className="font-medium">{nameOf(entry)}</span>
        ),
    },
    {
      id: "why",
      label: "Why",
      width: 190,
      text: (entry) => `${badgeOf(entry).label}: ${whyOf(entry)}`,
      cell: (entry) => <Why entry={entry} />,
    },
    {
      id: "money",
      label: "At stake",
      width: 96,
      align: "right",
      text: (entry) => entry.money,
      cell: (entry) => <Weighed share={entry.money / most}>{money(entry.money)}</Weighed>,
    },
    {
      id: "cover",
      label: "Cover / lead time",
      width: 130,
      from: "lg",
      text: (entry) => coverOf(entry)?.days_of_cover,
      cell: (entry) => <Lasts entry={entry} />,
    },
    {
      id: "order",
      label: "Order",
      width: 70,
      align: "right",
      from: "md",
      text: (entry) => coverOf(entry)?.quantity,
      cell: (entry) => {
        const cover = coverOf(entry);
        if (!cover) return null;
        return cover.quantity > 0 ? units(cover.quantity) : <span className="text-ink-3">None</span>;
      },
    },
    {
      id: "actions",
      label: "Actions",
      width: 74,
      align: "right",
      silent: true,
      cell: (entry) => <Actions entry={entry} />,
    },
  ];
}

function Why({ entry }: { entry: Entry }) {
  const { label, tone } = badgeOf(entry);
  return (
    <>
      <span className="flex flex-wrap gap-1">
        <Badge tone={tone}>{label}</Badge>
        {entry.status === "acknowledged" && <Badge>Seen</Badge>}
        {entry.assignee && <Badge>{entry.assignee}</Badge>}
      </span>
      <span className="block pt-0.5 text-meta text-ink-3">
        {whyOf(entry)}
        {entry.status === "snoozed" && entry.snoozed_until && `, snoozed until ${day(entry.snoozed_until)}`}
        {entry.note && `: ${entry.note}`}
      </span>
    </>
  );
}

/** How long stock lasts against how long an order takes; the tick is the lead time. */
function Lasts({ entry }: { entry: Entry }) {
  const cover = coverOf(entry);
  if (!cover) return null;
  const { days_of_cover: days, lead_days: lead } = cover;
  const lasts = days ?? Number.POSITIVE_INFINITY;
  const short = lasts < lead;
  return (
    <>
      <span className="whitespace-nowrap">
        <span className={short ? "font-medium text-bad" : "font-medium"}>
          {days === null ? "no end" : `${units(Math.round(days))} d`}
        </span>
        <span className="text-ink-3">{` / ${plural(Math.round(lead), "day")}`}</span>
      </span>
      <Bar share={lasts / (lead * 3)} mark={1 / 3} tone={short ? "bg-bad" : "bg-ink-3"} />
    </>
  );
}
