import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check } from "lucide-react";
import { overviewQuery } from "@/api/queries";
import { query } from "@/api/query";
import { buttonLook } from "@/components/ui/controls";
import { PageHead } from "@/components/ui/PageHead";
import { Badge, Card, ErrorCard, SkeletonRows } from "@/components/ui/states";
import { Sample } from "@/features/imports/Sample";
import { t } from "@/lib/texts";
import { type Known, next, STEPS, type Step, within } from "./steps";

/** What is there already, asked of those who hold it; undefined until all have answered. */
function useKnown(): { known: Known | undefined; error: unknown; again: () => void } {
  const overview = useQuery(overviewQuery);
  const one = { query: { limit: 1 } } as const;
  const products = useQuery(query("/api/products", one));
  const stock = useQuery(query("/api/stock", one));
  const suppliers = useQuery(query("/api/suppliers", one));
  const terms = useQuery(query("/api/supply-terms", one));
  const approved = useQuery(query("/api/orders", { query: { status: "approved", lines: false, limit: 1 } }));
  const received = useQuery(query("/api/orders", { query: { status: "received", lines: false, limit: 1 } }));
  const lists = [products, stock, suppliers, terms, approved, received];
  const all = [overview, ...lists];
  const has = (found: { data?: { items: unknown[] } | undefined }) => (found.data?.items.length ?? 0) > 0;
  const ledger = overview.data?.ledger as { entries?: number } | null | undefined;
  return {
    known: all.every((found) => found.data)
      ? {
          sales: (ledger?.entries ?? 0) > 0,
          products: has(products),
          stock: has(stock),
          suppliers: has(suppliers),
          terms: has(terms),
          forecast: Boolean(overview.data?.last_success),
          order: has(approved) || has(received),
        }
      : undefined,
    error: all.find((found) => found.isError)?.error,
    again: () => {
      for (const found of all) if (found.isError) void found.refetch();
    },
  };
}

/** The path on an empty system, from the first file to the first order. */
export function Start() {
  const { known, error, again } = useKnown();
  const now = known && next(known);
  const done = known ? STEPS.filter((step) => known[step.name]).length : 0;
  return (
    <>
      <PageHead
        text={
          !known
            ? t("From your own files to the first order.")
            : now
              ? t("{0} of {1} {1:step/steps} done. Next: {2}.", done, STEPS.length, within(now))
              : t("Everything is there: sales, stock, terms, a forecast and an order.")
        }
      />
      <Card>
        {known ? (
          <ol aria-label={t("The way to the first order")}>
            {STEPS.map((step, place) => (
              <StepLine
                key={step.name}
                step={step}
                number={place + 1}
                done={known[step.name]}
                now={step === now}
              />
            ))}
          </ol>
        ) : error ? (
          <ErrorCard title={t("What is there already")} error={error} onRetry={again} />
        ) : (
          <SkeletonRows rows={STEPS.length} height={64} />
        )}
      </Card>
    </>
  );
}

function StepLine({ step, number, done, now }: { step: Step; number: number; done: boolean; now: boolean }) {
  const look = buttonLook(now ? "primary" : "plain");
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <span
        aria-hidden
        className={`flex size-7 shrink-0 items-center justify-center rounded-full font-semibold ${
          done ? "bg-good-soft text-good" : now ? "bg-accent-soft text-accent" : "bg-sunken text-ink-2"
        }`}
      >
        {done ? <Check size={16} /> : number}
      </span>
      <div className="min-w-56 flex-1">
        <h2 className="font-medium">
          {step.title} {done && <Badge tone="good">{t("Done")}</Badge>}
        </h2>
        <p className="text-ink-2">{step.text}</p>
      </div>
      {step.file && (
        <span className="flex flex-wrap gap-2">
          <Sample kind={step.file} />
          <Link
            to="/imports"
            search={step.file === "sales" ? {} : { kind: step.file }}
            className={look}
            aria-label={t("Bring in a file of {0}", within(step))}
          >
            {t("Bring in a file")}
          </Link>
        </span>
      )}
      {step.page && (
        <Link to={step.page.to} className={look}>
          {step.page.label}
        </Link>
      )}
    </li>
  );
}
