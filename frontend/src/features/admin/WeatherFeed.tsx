import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { query } from "@/api/query";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { day, instant, plural } from "@/lib/format";
import { t } from "@/lib/texts";

// A fault that comes and goes is told by no event: it is looked for as long as somebody looks.
const feedQuery = { ...query("/api/weather/feed"), refetchInterval: 15_000 };

/** Whom the weather is asked of is said in the environment; here stands what was told, and what fails since when. */
export function WeatherFeed() {
  const { data: feed, error, refetch } = useQuery(feedQuery);
  return (
    <Card className="max-w-2xl">
      <CardHead title={t("The weather feed")} note={t("forecasts of the weather, by location")} />
      {error ? (
        <ErrorCard title={t("The weather feed")} error={error} onRetry={() => void refetch()} />
      ) : !feed ? (
        <SkeletonRows rows={3} height={36} />
      ) : (
        <div className="p-4">
          <dl>
            <DefinitionLine label={t("Asked")}>
              {feed.host === null
                ? t("nobody: it is off")
                : t("{0}, every {1}", feed.host, plural(feed.hours, "hour"))}
            </DefinitionLine>
            {feed.host !== null && <Standing feed={feed} />}
          </dl>
          {feed.host !== null && <Faults feed={feed} />}
          <p className="pt-4 text-ink-2">
            {feed.locations === 0 && (
              <span className="block pb-2">
                {t("No location says where it lies: give them a latitude and a longitude.")}
              </span>
            )}
            {t("Whom it asks and how often are settings:")}{" "}
            <code className="rounded bg-sunken px-1.5 py-0.5">ALMANAC_WEATHER_URL</code>{" "}
            <code className="rounded bg-sunken px-1.5 py-0.5">ALMANAC_WEATHER_HOURS</code>
          </p>
        </div>
      )}
    </Card>
  );
}

type Feed = { feed: Schemas["WeatherFeedOut"] };

function Standing({ feed }: Feed) {
  return (
    <>
      <DefinitionLine label={t("Told")}>
        {t("{0} of {1}", String(feed.told), plural(feed.locations, "location"))}
        {feed.told_at && `, ${instant(feed.told_at)}`}
      </DefinitionLine>
      {feed.told_until && <DefinitionLine label={t("Told up to")}>{day(feed.told_until)}</DefinitionLine>}
      {feed.next_at && <DefinitionLine label={t("Next")}>{instant(feed.next_at)}</DefinitionLine>}
      <DefinitionLine label={t("Failing")}>
        {feed.since ? (
          <span className="text-bad">
            {t("{0}, since {1}", plural(feed.failing, "location"), instant(feed.since))}
          </span>
        ) : (
          t("none")
        )}
      </DefinitionLine>
    </>
  );
}

function Faults({ feed }: Feed) {
  if (feed.faults.length === 0) return null;
  return (
    <ul aria-label={t("Failing")} className="grid gap-2 pt-3">
      {feed.faults.map((fault) => (
        <li key={fault.location}>
          <span className="font-medium">{fault.location}</span>: {fault.fault}
          <span className="block text-meta text-ink-3">
            {t(
              "since {0}, {1}; again {2}",
              instant(fault.since),
              plural(fault.tries, "try", "tries"),
              instant(fault.next_at),
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
