import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useRef } from "react";
import { PageHead } from "@/components/ui/PageHead";
import { Card, Empty, ErrorCard } from "@/components/ui/states";
import { useMedia } from "@/lib/hooks";
import { t } from "@/lib/texts";
import { Approve } from "./Approve";
import { Asking } from "./Asking";
import { Basis } from "./Basis";
import { Outcome } from "./Outcome";
import { Products } from "./Products";
import { Scenario } from "./Scenario";
import { askedOf, changes } from "./scenario";
import type { WhatIfSearch } from "./search";
import { scenarioQuery } from "./useScenario";

interface Props {
  search: WhatIfSearch;
  onSearch: (search: WhatIfSearch) => void;
}

/** What another price, promotion or term would do, beside what is expected; the address says all of it. */
export function WhatIf({ search, onSearch }: Props) {
  const given = JSON.stringify(search);
  const shown = useRef({ text: given, opened: 0 });
  // Another address than the form's own was opened: by a link, or the way back.
  if (shown.current.text !== given) shown.current = { text: given, opened: shown.current.opened + 1 };
  const stacked = !useMedia("(min-width: 1024px)"); // then the answer is below the form, out of sight
  const outcome = useRef<HTMLDivElement>(null);
  const asked = askedOf(search);
  const found = useQuery(scenarioQuery(asked));
  return (
    <>
      <PageHead
        text={t(
          "Suppose a promotion, a price or other terms, and see what they would do. Nothing is changed.",
        )}
      />
      <div className="grid items-start gap-4 lg:grid-cols-[340px_minmax(0,1fr)] [&>*]:min-w-0">
        <Card className="p-4">
          <Scenario
            key={shown.current.opened}
            search={search}
            onTold={(next) => {
              shown.current.text = JSON.stringify(next);
              onSearch(next);
              if (stacked) requestAnimationFrame(() => outcome.current?.scrollIntoView());
            }}
          />
        </Card>
        <div ref={outcome} className="scroll-mt-3">
          {asked === undefined ? (
            <Card>
              <Empty title={t("Nothing is supposed yet")}>
                {t("Choose products, say what would be otherwise, and see it beside what is expected.")}
              </Empty>
            </Card>
          ) : found.isError ? (
            <Card>
              <ErrorCard title={t("The scenario")} error={found.error} onRetry={() => void found.refetch()} />
            </Card>
          ) : !found.data ? (
            <Asking scope={asked.scope} />
          ) : (
            <div className={clsx("grid gap-4 [&>*]:min-w-0", found.isFetching && "opacity-60")}>
              {changes(asked) && <Approve key={given} asked={asked} told={found.data} />}
              <Outcome told={found.data} />
              <Basis asked={asked} />
              <Products asked={asked} told={found.data} />
            </div>
          )}
        </div>
      </div>
    </>
  );
}
