import type { Column } from "@/components/table/columns";
import { Bar, Weighed } from "@/components/ui/Bar";
import { ProductLink } from "@/components/ui/ProductLink";
import { Badge } from "@/components/ui/states";
import { day, money, plural, shortDays, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { Actions } from "./Actions";
import { badgeOf, coverOf, type Entry, nameOf, whyOf } from "./entries";

/** The list of what needs attention; `most` is the largest sum at stake, that the bars are measured by. */
export function columnsFor(most: number): readonly Column<Entry>[] {
  return [
    {
      id: "product",
      label: t("Product"),
      width: 190,
      file: { Product: "name", Code: "sku", Location: "location", Class: "segment" },
      cell: (entry) =>
        entry.sku ? (
          <ProductLink sku={entry.sku} location={entry.location} name={nameOf(entry)} />
        ) : (
          <span className="font-medium">{nameOf(entry)}</span>
        ),
    },
    {
      id: "why",
      label: t("Why"),
      width: 190,
      file: { Kind: "kind", Why: "title", Status: "status", "Given to": "assignee" },
      cell: (entry) => <Why entry={entry} />,
    },
    {
      id: "money",
      label: t("At stake"),
      width: 96,
      align: "right",
      file: "money",
      cell: (entry) => <Weighed share={entry.money / most}>{money(entry.money)}</Weighed>,
    },
    {
      id: "cover",
      label: t("Cover / lead time"),
      width: 130,
      from: "lg",
      file: { "Days of cover": "detail.days_of_cover", "Lead time": "detail.lead_days" },
      cell: (entry) => <Lasts entry={entry} />,
    },
    {
      id: "order",
      label: t("Order"),
      width: 70,
      align: "right",
      from: "md",
      file: "detail.quantity",
      cell: (entry) => {
        const cover = coverOf(entry);
        if (!cover) return null;
        return cover.quantity > 0 ? units(cover.quantity) : <span className="text-ink-3">{t("None")}</span>;
      },
    },
    {
      id: "actions",
      label: t("Actions"),
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
        {entry.status === "acknowledged" && <Badge>{t("Seen")}</Badge>}
        {entry.assignee && <Badge>{entry.assignee}</Badge>}
      </span>
      <span className="block pt-0.5 text-meta text-ink-3">
        {whyOf(entry)}
        {entry.status === "snoozed" &&
          entry.snoozed_until &&
          t(", snoozed until {0}", day(entry.snoozed_until))}
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
          {days === null ? t("no end") : shortDays(Math.round(days))}
        </span>
        <span className="text-ink-3">{` / ${plural(Math.round(lead), "day")}`}</span>
      </span>
      <Bar share={lasts / (lead * 3)} mark={1 / 3} tone={short ? "bg-bad" : "bg-ink-3"} />
    </>
  );
}
