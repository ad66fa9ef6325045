import { useQuery } from "@tanstack/react-query";
import { asApiError } from "@/api/errors";
import { query } from "@/api/query";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { change, plural } from "@/lib/format";
import { t } from "@/lib/texts";
import {
  changeOf,
  doubtOf,
  type Effect,
  HOW,
  isElasticity,
  nameOf,
  noteOf,
  scaleOf,
  tenthOff,
  unsure,
} from "./effect";

/** Of one product or of one category; of neither, of all. */
type Of = { sku?: string; category?: string };

interface Props {
  of: Of;
  /** Only these; all where none are named. */
  drivers?: readonly string[];
}

/** What drivers do to sales, each with its doubt, in a card of its own. */
export function EffectsCard({ title, ...rest }: Props & { title: string }) {
  return (
    <Card>
      <CardHead title={title} note={t("what drivers did so far, with the doubt")} />
      <div className="px-4 py-3">
        <Effects {...rest} />
      </div>
    </Card>
  );
}

export function Effects({ of, drivers }: Props) {
  const found = useQuery({ ...query("/api/forecast/effects", { query: of }), staleTime: 5 * 60_000 });
  if (found.isError) {
    // What the live forecast says nothing of is no failure.
    const { status, message } = asApiError(found.error);
    return status === 404 ? (
      <p className="text-ink-2">{message}</p>
    ) : (
      <ErrorCard title={t("The effects")} error={found.error} onRetry={() => void found.refetch()} />
    );
  }
  if (!found.data) return <SkeletonRows rows={3} height={40} />;
  const group = of.sku ?? of.category ?? "";
  const shown = found.data.effects.filter(
    (each) => each.group === group && (drivers === undefined || drivers.includes(each.driver)),
  );
  const notes = found.data.notes.filter(
    (note) => drivers === undefined || drivers.some((driver) => note.includes(driver)),
  );
  return (
    <>
      {shown.length > 0 && <EffectLines effects={shown} />}
      {notes.map((note) => (
        <p key={note} className="py-1 text-ink-2">
          {noteOf(note)}
        </p>
      ))}
      {shown.length === 0 && notes.length === 0 && (
        <p className="text-ink-2">{t("Nothing was learned of it yet.")}</p>
      )}
    </>
  );
}

function EffectLines({ effects }: { effects: readonly Effect[] }) {
  const shares = effects.filter((each) => !isElasticity(each));
  const at = scaleOf(shares);
  return (
    <ul className="grid">
      {effects.map((each) => (
        <li
          key={`${each.driver} ${each.name} ${each.how}`}
          className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-b border-line py-1.5 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_140px_180px]"
        >
          <span className="min-w-0">
            <span className="block truncate">{nameOf(each)}</span>
            <span className="block truncate text-meta text-ink-3">
              {HOW[each.how] ?? each.how}, {plural(each.series, "series", "series")}
            </span>
          </span>
          {isElasticity(each) ? <span className="max-sm:hidden" /> : <Span effect={each} at={at} />}
          <span className="text-right">
            <span className="font-semibold">{changeOf(each)}</span>
            <span className="block text-meta whitespace-nowrap text-ink-3">
              {doubtOf(each)}
              {!isElasticity(each) && unsure(each) && t(", unsure")}
            </span>
            {isElasticity(each) && (
              <span className="block text-meta whitespace-nowrap text-ink-3">
                {t("elasticity; a tenth off: {0}", change(tenthOff(each.change)))}
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** From the least to the most that is likely, the middle as a dot, and where nothing changes as a line. */
export function Span({ effect, at }: { effect: Effect; at: (value: number) => number }) {
  const per = (value: number) => `${at(value) * 100}%`;
  return (
    <span aria-hidden className="relative block h-3 max-sm:hidden">
      <i className="absolute inset-x-0 top-[5px] h-0.5 rounded-full bg-sunken" />
      <i className="absolute inset-y-0 w-px bg-control" style={{ left: per(0) }} />
      <i
        className="absolute top-1 h-1 rounded-full bg-(--c-band-in)"
        style={{ left: per(effect.low), width: `${(at(effect.high) - at(effect.low)) * 100}%` }}
      />
      <i
        className="absolute top-0.5 size-2 -translate-x-1/2 rounded-full bg-accent"
        style={{ left: per(effect.change) }}
      />
    </span>
  );
}
