import type { Schemas } from "@/api/client";
import type { Column } from "@/components/table/columns";
import { ListCard } from "@/components/table/ListCard";
import { here, type Rows } from "@/components/table/rows";
import { Weighed } from "@/components/ui/Bar";
import { Segmented } from "@/components/ui/controls";
import { ProductLink } from "@/components/ui/ProductLink";
import { Empty } from "@/components/ui/states";
import { change, count, units } from "@/lib/format";
import { t } from "@/lib/texts";
import { type By, PARTS } from "./search";

type Part = Schemas["PartOut"];
type Total = Schemas["TotalOut"];

const NAMES: Record<By, { label: string; one: string; many: string; none: string }> = {
  category: { label: t("Categories"), one: "category", many: "categories", none: t("No category") },
  location: { label: t("Locations"), one: "location", many: "locations", none: t("No location") },
  sku: { label: t("Products"), one: "product", many: "products", none: t("No product") },
};

interface Props {
  by: By;
  onBy: (by: By) => void;
  /** Open a part; what has no name (products without a category) is not opened. */
  onOpen: (key: string) => void;
  found: { data: Total | undefined; error: unknown; isPlaceholderData: boolean; refetch: () => unknown };
}

/** What a total is made of: a category and a location are opened in place, a product on its page. */
export function Parts({ by, onBy, onOpen, found }: Props) {
  const parts = found.data?.parts ?? [];
  const most = Math.max(1, ...parts.map((part) => part.next4));
  const rows: Rows<Part> = {
    ...here(parts),
    rows: found.data ? parts : undefined,
    error: found.error,
    dimmed: found.isPlaceholderData,
    onRetry: () => void found.refetch(),
  };
  const more = found.data?.more_parts ?? 0;
  return (
    <ListCard
      title={t("What it is made of")}
      note={more > 0 ? t("the {0} largest; {1} more", count(parts.length), count(more)) : undefined}
      label={NAMES[by].label}
      one={NAMES[by].one}
      many={NAMES[by].many}
      columns={columns(by, most, onOpen)}
      rows={rows}
      rowKey={(part) => part.key ?? ""}
      empty={<Empty title={t("Nothing is forecast here")} />}
      actions={
        <Segmented
          label={t("By")}
          value={by}
          options={PARTS.map((value) => ({ value, label: NAMES[value].label }))}
          onChange={onBy}
        />
      }
    />
  );
}

function columns(by: By, most: number, onOpen: (key: string) => void): readonly Column<Part>[] {
  return [
    {
      id: "part",
      label: NAMES[by].label,
      width: 200,
      text: (part) => part.name ?? part.key ?? t("none"),
      cell: (part) =>
        part.key === null ? (
          <span className="text-ink-2">{NAMES[by].none}</span>
        ) : by === "sku" ? (
          <ProductLink sku={part.key} name={part.name} />
        ) : (
          <button
            type="button"
            className="block max-w-full truncate font-medium underline-offset-2 hover:underline"
            onClick={() => onOpen(part.key ?? "")}
          >
            {part.name}
          </button>
        ),
    },
    {
      id: "series",
      label: t("Series"),
      width: 80,
      align: "right",
      from: "sm",
      text: (part) => part.series,
      cell: (part) => <span className="text-ink-2">{count(part.series)}</span>,
    },
    {
      id: "last4",
      label: t("Sold, last 4 weeks"),
      width: 120,
      align: "right",
      text: (part) => part.last4,
      cell: (part) => units(part.last4),
    },
    {
      id: "next4",
      label: t("Expected, next 4"),
      width: 120,
      align: "right",
      text: (part) => part.next4,
      cell: (part) => <Weighed share={part.next4 / most}>{units(part.next4)}</Weighed>,
    },
    {
      id: "change",
      label: t("Change"),
      width: 90,
      align: "right",
      from: "md",
      text: (part) => (part.last4 > 0 ? part.next4 / part.last4 - 1 : null),
      cell: (part) => (
        <span className="text-ink-2">{part.last4 > 0 ? change(part.next4 / part.last4 - 1) : "–"}</span>
      ),
    },
  ];
}
