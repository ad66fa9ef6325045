import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { configQuery } from "@/api/queries";
import { DefinitionLine } from "@/components/ui/DefinitionLine";
import { Filled } from "@/components/ui/Filled";
import { Card, CardHead, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { reader, writtenDay } from "@/lib/days";
import { money, words } from "@/lib/format";
import { t } from "@/lib/texts";

/** How the business counts: kept with its data, and changed by one command, since other weeks make all history anew. */
export function BusinessSettings() {
  const { data: config, error, refetch } = useQuery(configQuery);
  return (
    <Card className="max-w-2xl">
      <CardHead title={t("How the business counts")} note={t("kept with its data")} />
      {error ? (
        <ErrorCard title={t("The settings")} error={error} onRetry={() => void refetch()} />
      ) : !config ? (
        <SkeletonRows rows={5} height={36} />
      ) : (
        <div className="p-4">
          <dl>
            <DefinitionLine label={t("Currency")}>
              {config.currency}, <samp className="font-sans">{money(1234.5, "exact")}</samp>
            </DefinitionLine>
            <DefinitionLine label={t("Time zone, in which days end")}>{config.timezone}</DefinitionLine>
            <DefinitionLine label={t("Weeks begin on")}>{words(config.week_start)}</DefinitionLine>
            <DefinitionLine label={t("Weekly training")}>
              {t("After the week's end, at {0}:00", config.train_hour)}
            </DefinitionLine>
            <DefinitionLine label={t("Days as you type them")}>
              <samp className="font-sans">{writtenDay("2026-12-31")}</samp> ({reader()})
            </DefinitionLine>
            <DefinitionLine label={t("Service levels")} term="service level">
              <Link to="/replenishment" search={{ view: "classes" }} className="text-accent underline">
                {t("by class, and by product in its terms")}
              </Link>
            </DefinitionLine>
            <DefinitionLine label={t("Planning lags that accuracy is judged at")}>
              {t("1, 4, 8 and 13 weeks")}
            </DefinitionLine>
          </dl>
          <p className="pt-3 text-ink-2">
            <Filled
              text={t(
                "Use {0} to change them. It says first what that would rewrite: other weeks have the whole history counted anew.",
              )}
              parts={[
                <code key="command" className="rounded bg-sunken px-1.5 py-0.5">
                  ./almanac settings
                </code>,
              ]}
            />
          </p>
        </div>
      )}
    </Card>
  );
}
