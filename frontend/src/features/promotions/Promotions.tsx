import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { query } from "@/api/query";
import { ListCard } from "@/components/table/ListCard";
import { usePages } from "@/components/table/rows";
import { Button, Segmented } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { SearchBox } from "@/components/ui/SearchBox";
import { Card, Empty, ErrorCard } from "@/components/ui/states";
import { EffectList } from "@/features/effects/EffectList";
import { weeksOf } from "@/lib/days";
import { may } from "@/lib/session";
import { t } from "@/lib/texts";
import { current, today } from "@/lib/workspace";
import { viewsOf } from "@/pages";
import { Calendar } from "./Calendar";
import { eventColumns, promotionColumns } from "./lists";
import { moved } from "./month";
import { Opened } from "./Opened";
import { EventDialog, PromotionDialog } from "./PlanDialog";
import type { CalendarEvent, Planned, Promotion, PromotionsSearch, View } from "./planned";

interface Props {
  search: PromotionsSearch;
  onSearch: (change: PromotionsSearch, replace?: boolean) => void;
}

/** What is being planned: made anew (of what is copied), or changed. */
type Draft =
  | { what: "promotion"; start: Partial<Promotion>; kept?: Promotion }
  | { what: "event"; start: Partial<CalendarEvent>; kept?: CalendarEvent };

/** A month of both: more than a page of either is more than a calendar shows, and is said. */
const MOST = 500;
const WEEK = 7;

/** What is planned of the days ahead, and what it is expected to bring. */
export function Promotions({ search, onSearch }: Props) {
  const view = search.view ?? "calendar";
  const month = search.month ?? today().slice(0, 7);
  const [opened, setOpened] = useState<Planned | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const show = (planned: Planned) => setOpened(planned);
  const list = {
    q: search.q,
    onQ: (q: string) => onSearch({ ...search, q: q || undefined }, true),
    onOpen: show,
  };
  return (
    <>
      <PageHead text={t("What is planned, and what it is expected to bring.")}>
        <Segmented
          label={t("What to show")}
          value={view}
          options={viewsOf<View>("/promotions")}
          onChange={(next) => onSearch({ view: next === "calendar" ? undefined : next })}
        />
        {may("planner") && (
          <>
            <Button onClick={() => setDraft({ what: "event", start: {} })}>
              <Plus size={14} aria-hidden /> {t("New event")}
            </Button>
            <Button look="primary" onClick={() => setDraft({ what: "promotion", start: {} })}>
              <Plus size={14} aria-hidden /> {t("New promotion")}
            </Button>
          </>
        )}
      </PageHead>
      {view === "calendar" ? (
        <Month
          month={month}
          onMonth={(next) => onSearch({ ...search, month: next }, true)}
          onOpen={show}
          onDay={
            may("planner")
              ? (date) => setDraft({ what: "promotion", start: { starts: date, ends: date } })
              : undefined
          }
        />
      ) : view === "promotions" ? (
        <PromotionList {...list} />
      ) : view === "effects" ? (
        <EffectList
          category={search.category}
          onCategory={(category) => onSearch({ ...search, category }, true)}
        />
      ) : (
        <EventList {...list} />
      )}
      {opened && (
        <Opened
          key={opened.id}
          planned={opened}
          onClose={() => setOpened(null)}
          onEdit={() => {
            setOpened(null);
            setDraft(draftOf(opened, true));
          }}
          onCopy={() => {
            setOpened(null);
            setDraft(draftOf(opened, false));
          }}
        />
      )}
      {draft?.what === "promotion" && (
        <PromotionDialog
          {...draft}
          onClose={() => setDraft(null)}
          onDone={(saved) => setOpened({ ...saved, what: "promotion" })}
        />
      )}
      {draft?.what === "event" && <EventDialog {...draft} onClose={() => setDraft(null)} />}
    </>
  );
}

/** A copy is a week later: the same again on the same days is what nobody means. */
function draftOf(planned: Planned, change: boolean): Draft {
  const start = change ? planned : moved(planned, WEEK);
  return planned.what === "promotion"
    ? { what: "promotion", start: start as Promotion, ...(change && { kept: planned }) }
    : { what: "event", start: start as CalendarEvent, ...(change && { kept: planned }) };
}

interface MonthProps {
  month: string;
  onMonth: (month: string) => void;
  onOpen: (planned: Planned) => void;
  onDay: ((day: string) => void) | undefined;
}

function Month(props: MonthProps) {
  const weeks = weeksOf(props.month, current().week_start);
  const days = { from: weeks[0]?.[0] ?? "", to: weeks.at(-1)?.[WEEK - 1] ?? "", limit: MOST };
  const promotions = useQuery(query("/api/promotions", { query: days }));
  const events = useQuery(query("/api/events", { query: days }));
  const planned: Planned[] = [
    ...(events.data?.items ?? []).map((item) => ({ ...item, what: "event" as const })),
    ...(promotions.data?.items ?? []).map((item) => ({ ...item, what: "promotion" as const })),
  ];
  const failed = [promotions, events].find((found) => found.isError);
  return (
    <>
      {failed && (
        <Card className="mb-4">
          <ErrorCard
            title={t("A part of the calendar")}
            error={failed.error}
            onRetry={() => void failed.refetch()}
          />
        </Card>
      )}
      {(promotions.data?.next_cursor || events.data?.next_cursor) && (
        <p className="pb-2 text-warn">
          {t("More than {0} of a kind are planned in these weeks; the lists show all.", MOST)}
        </p>
      )}
      <Calendar {...props} planned={planned} />
    </>
  );
}

interface ListProps {
  q: string | undefined;
  onQ: (q: string) => void;
  onOpen: (planned: Planned) => void;
}

function PromotionList({ q, onQ, onOpen }: ListProps) {
  return (
    <ListCard
      fill
      title={t("Promotions")}
      label={t("Promotions")}
      one="promotion"
      columns={promotionColumns((row) => onOpen({ ...row, what: "promotion" }))}
      rows={usePages("/api/promotions", { query: { q, limit: 100 } })}
      rowKey={(row) => row.id}
      onOpen={(row) => onOpen({ ...row, what: "promotion" })}
      empty={
        <Empty title={t("No promotions")}>
          {q ? t("None is called that.") : t("Plan one, or import a file of them.")}
        </Empty>
      }
      actions={
        <SearchBox
          label={t("Filter promotions")}
          placeholder={t("Filter by name")}
          value={q ?? ""}
          onChange={onQ}
        />
      }
    />
  );
}

function EventList({ q, onQ, onOpen }: ListProps) {
  return (
    <ListCard
      fill
      title={t("Events")}
      note={t("holidays, closings, fairs: what moves the sales of many products")}
      label={t("Events")}
      one="event"
      columns={eventColumns((row) => onOpen({ ...row, what: "event" }))}
      rows={usePages("/api/events", { query: { q, limit: 100 } })}
      rowKey={(row) => row.id}
      onOpen={(row) => onOpen({ ...row, what: "event" })}
      empty={
        <Empty title={t("No events")}>
          {q ? t("None is called that.") : t("Add one; Easter, Thanksgiving and Christmas are known.")}
        </Empty>
      }
      actions={
        <SearchBox
          label={t("Filter events")}
          placeholder={t("Filter by name")}
          value={q ?? ""}
          onChange={onQ}
        />
      }
    />
  );
}
