import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, data } from "@/api/client";
import { Facets } from "@/components/table/Facets";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { SavedViews } from "@/components/table/SavedViews";
import { type Selection, useSelection } from "@/components/table/useSelection";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button, Choice } from "@/components/ui/controls";
import { SearchBox } from "@/components/ui/SearchBox";
import { Empty } from "@/components/ui/states";
import { termFor, termsQuery } from "@/features/supply/queries";
import { TermDialog } from "@/features/supply/TermDialog";
import { count, money, plural } from "@/lib/format";
import { may } from "@/lib/session";
import { t, tn } from "@/lib/texts";
import { BulkTerms } from "./BulkTerms";
import { InputsDialog } from "./Inputs";
import type { Decided } from "./LineCells";
import { columnsFor, keyOf } from "./lineColumns";
import type { LineSort, LineState, Search } from "./search";

const STATES = [
  { value: "all", label: t("Everything") },
  { value: "due", label: t("To order this week") },
  { value: "risk", label: t("May run out") },
  { value: "out", label: t("Out of stock") },
  { value: "covered", label: t("Covered") },
] as const;
const ASKED: Record<LineState, object> = {
  all: {},
  due: { due: true },
  risk: { at_risk: true },
  out: { out_of_stock: true },
  covered: { due: false, at_risk: false },
};

interface Props {
  search: Search;
  onSearch: (change: Search) => void;
}

/** Every product that is decided, line by line: what lies there, what comes, how long it lasts, when and what to order. */
export function AllLines({ search, onSearch }: Props) {
  const sort: LineSort = search.by ?? "-value";
  const state: LineState = search.state ?? "all";
  const { category, supplier, location, segment, q } = search;
  const rows = usePages("/api/replenishment", {
    query: { sort, q, category, supplier, location, segment, ...ASKED[state], inputs: false, limit: 100 },
  });
  const selection = useSelection(rows.rows, keyOf);
  const [open, setOpen] = useState<{ item: Decided; what: "why" | "terms" } | null>(null);
  const [bulk, setBulk] = useState(false);
  const writes = may("planner");
  const why = (item: Decided) => setOpen({ item, what: "why" });
  const filtered = Boolean(q || category || supplier || location || segment || state !== "all");
  return (
    <ListCard
      title={t("All lines")}
      label={t("What to order, line by line")}
      name="lines"
      one="line"
      fill
      columns={columnsFor(writes ? selection : null, why)}
      rows={rows}
      rowKey={keyOf}
      sort={sort}
      onSort={(next) => onSearch({ by: next as LineSort })}
      onOpen={why}
      keys={
        writes
          ? [
              { key: "x", does: t("select"), act: selection.toggle },
              { key: "t", does: t("terms"), act: (item) => setOpen({ item, what: "terms" }) },
            ]
          : []
      }
      tone={(item) => selection.has(item) && "bg-accent-soft/40"}
      empty={
        filtered ? (
          <Empty title={t("Nothing like that")}>{t("Another filter may find more.")}</Empty>
        ) : (
          <Empty title={t("Nothing can be decided yet")}>
            {t(
              "A product needs a forecast, a count of its stock, and terms that say from whom it is bought.",
            )}
          </Empty>
        )
      }
      actions={
        <>
          <Choice
            label={t("Which lines")}
            value={state}
            options={STATES}
            onChange={(next) => onSearch({ state: next === "all" ? undefined : next })}
          />
          <Facets
            facets={["supplier", "category", "location", "segment"]}
            value={{ category, supplier, location, segment }}
            onChange={onSearch}
          />
          <SavedViews
            name="lines"
            search={{ by: search.by, state: search.state, category, supplier, location, segment, q }}
            onOpen={onSearch}
          />
          <SearchBox
            label={t("Filter lines")}
            value={q ?? ""}
            onChange={(text) => onSearch({ q: text || undefined })}
            className="w-48 max-sm:w-full"
          />
        </>
      }
    >
      {selection.chosen.length > 0 && <Chosen selection={selection} onTerms={() => setBulk(true)} />}
      {bulk && (
        <BulkTerms chosen={selection.chosen} onClose={() => setBulk(false)} onDone={selection.clear} />
      )}
      {open?.what === "why" && (
        <InputsDialog sku={open.item.sku} location={open.item.location} onClose={() => setOpen(null)} />
      )}
      {open?.what === "terms" && <TermsOf item={open.item} onClose={() => setOpen(null)} />}
    </ListCard>
  );
}

/** What was chosen, and what can be done with all of it. */
function Chosen({ selection, onTerms }: { selection: Selection<Decided>; onTerms: () => void }) {
  const { chosen, all, clear } = selection;
  const value = chosen.reduce((sum, item) => sum + item.order_value, 0);
  return (
    <div
      role="toolbar"
      aria-label={t("Chosen lines")}
      className="flex flex-wrap items-center gap-2 border-b border-line bg-accent-soft px-4 py-2"
    >
      <p role="status" className="mr-auto">
        <strong>{t("{0} chosen", plural(chosen.length, "line"))}</strong>, {money(value)} {t("to order")}
      </p>
      <Button onClick={all}>{t("All that are loaded")}</Button>
      <Button onClick={clear}>{t("None")}</Button>
      <Button onClick={onTerms}>{t("Change terms")}</Button>
      <OrderChosen chosen={chosen} onDone={clear} />
    </div>
  );
}

/** Proposes what is chosen and nothing else; what is open of the same suppliers is replaced, and that is said. */
function OrderChosen({ chosen, onDone }: { chosen: readonly Decided[]; onDone: () => void }) {
  const navigate = useNavigate();
  const wanted = chosen.filter((item) => item.quantity > 0);
  const suppliers = new Set(wanted.map((item) => item.supplier));
  const idle = chosen.length - wanted.length;
  return (
    <ConfirmButton
      label={t("Order these")}
      look="primary"
      disabled={wanted.length === 0}
      title={t("Propose {0}", plural(wanted.length, "line"))}
      does={t("Propose them")}
      send={() =>
        data(
          api.POST("/api/orders", {
            body: {
              keep_edits: true,
              only: wanted.map(({ sku, location }) => ({ sku, location })),
            },
          }),
        )
      }
      stale={["orders", "replenishment"]}
      said={(made) =>
        made.length ? t("{0} proposed.", plural(made.length, "order")) : t("Nothing has to be ordered.")
      }
      onDone={() => {
        onDone();
        void navigate({ to: "/replenishment", search: {} });
      }}
    >
      {tn(
        suppliers.size,
        "{0} from {1}, and nothing else. Open proposals of that supplier are replaced; others stay.",
        "{0} from {1}, and nothing else. Open proposals of those suppliers are replaced; others stay.",
        money(wanted.reduce((sum, item) => sum + item.order_value, 0)),
        plural(suppliers.size, "supplier"),
      )}{" "}
      {idle > 0 &&
        tn(idle, "{0} chosen line needs nothing now.", "{0} chosen lines need nothing now.", count(idle))}
    </ConfirmButton>
  );
}

/** All terms of a line, in their own dialog. */
function TermsOf({ item, onClose }: { item: Decided; onClose: () => void }) {
  const terms = useQuery(termsQuery(item.sku));
  if (!terms.data) return null;
  const term = termFor(terms.data.items, item.location);
  return <TermDialog sku={item.sku} name={item.name} term={term} onClose={onClose} />;
}
