import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { api, data } from "@/api/client";
import { query } from "@/api/query";
import { CATEGORIES } from "@/components/table/Facets";
import { Button } from "@/components/ui/controls";
import { LateChoice } from "@/components/ui/LateChoice";
import { Problem } from "@/components/ui/Problem";
import { SearchBox } from "@/components/ui/SearchBox";
import { useAct } from "@/lib/acts";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";

interface Props {
  skus: readonly string[];
  /** What it means that none are chosen. */
  none: string;
  onChange: (skus: string[]) => void;
}

const SHOWN = 12;
const FOUND = 6;

/** Which products something is of: found by name or code, or a whole category at once; so all of them exist. */
export function Products({ skus, none, onChange }: Props) {
  const [typed, setTyped] = useState("");
  const add = (more: readonly string[]) => onChange([...new Set([...skus, ...more])]);
  return (
    <fieldset className="grid gap-2">
      <legend className="pb-1 text-sec text-ink-2">{t("Products")}</legend>
      <p className="text-ink-2">{skus.length === 0 ? none : plural(skus.length, "product")}</p>
      {skus.length > 0 && (
        <ul aria-label={t("Chosen products")} className="flex flex-wrap gap-1.5">
          {skus.slice(0, SHOWN).map((sku) => (
            <li key={sku} className="inline-flex items-center rounded bg-sunken pl-2 text-sec">
              {sku}
              <button
                type="button"
                aria-label={t("Without {0}", sku)}
                className="ml-1 inline-flex size-6 items-center justify-center rounded hover:text-bad"
                onClick={() => onChange(skus.filter((other) => other !== sku))}
              >
                <X size={12} aria-hidden />
              </button>
            </li>
          ))}
          {skus.length > SHOWN && (
            <li className="py-1 text-sec text-ink-2">{t("and {0} more", skus.length - SHOWN)}</li>
          )}
          <li>
            <Button look="quiet" className="h-6" onClick={() => onChange([])}>
              {t("Take all off")}
            </Button>
          </li>
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <SearchBox
          label={t("Find a product to add")}
          placeholder={t("Add a product by name or code")}
          value={typed}
          onChange={setTyped}
          className="min-w-52 flex-1"
        />
        <OfCategory onFound={add} />
      </div>
      {typed && (
        <Found
          typed={typed}
          without={skus}
          onAdd={(sku) => {
            add([sku]);
            setTyped("");
          }}
        />
      )}
    </fieldset>
  );
}

function Found({
  typed,
  without,
  onAdd,
}: {
  typed: string;
  without: readonly string[];
  onAdd: (sku: string) => void;
}) {
  const found = useQuery(query("/api/products", { query: { q: typed, limit: FOUND + without.length } }));
  const items = (found.data?.items ?? []).filter((item) => !without.includes(item.sku)).slice(0, FOUND);
  if (found.isError) return <Problem error={found.error} />;
  if (!found.data) return null;
  if (items.length === 0) return <p className="text-ink-2">{t("No other product is called that.")}</p>;
  return (
    <ul aria-label={t("Products found")} className="rounded-lg border border-line">
      {items.map((item) => (
        <li key={item.sku} className="border-b border-line last:border-b-0">
          <button
            type="button"
            className="flex min-h-8 w-full items-center gap-3 px-3 text-left hover:bg-sunken"
            onClick={() => onAdd(item.sku)}
          >
            <span className="sr-only">{t("Add")}</span>
            <span className="truncate">{item.name}</span>
            <span className="ml-auto shrink-0 text-sec text-ink-3">{item.sku}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const PAGE = 500;

async function skusOf(category: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await data(
      api.GET("/api/products", {
        params: { query: { category, status: "active", limit: PAGE, ...(cursor ? { cursor } : {}) } },
      }),
    );
    found.push(...page.items.map((item) => item.sku));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

function OfCategory({ onFound }: { onFound: (skus: string[]) => void }) {
  const take = useAct<string, string[]>({ send: skusOf, stale: [], onDone: onFound, refusedAloud: true });
  return (
    <LateChoice
      label={t("Add a category")}
      none={take.isPending ? t("Adding …") : t("Add a category")}
      value=""
      onChange={(name) => name && take.mutate(name)}
      {...CATEGORIES}
    />
  );
}
