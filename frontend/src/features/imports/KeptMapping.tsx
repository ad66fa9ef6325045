import { api, data, type Schemas } from "@/api/client";
import { ConfirmButton } from "@/components/ui/Confirm";
import { Button } from "@/components/ui/controls";
import { ago } from "@/lib/format";
import { t } from "@/lib/texts";
import { AS_FOUND, type Reading } from "./reading";

interface Props {
  kept: Pick<Schemas["SavedMapping"], "kind" | "fingerprint" | "saved_by" | "saved_at"> | null | undefined;
  reading: Reading;
  onReading: (reading: Reading) => void;
}

/** What somebody has said of files of these columns, by which this one is read; it can be set aside, or forgotten. */
export function KeptMapping({ kept, reading, onReading }: Props) {
  if (!kept) {
    if (!reading.refused) return null;
    return (
      <p role="status" className="mx-4 mb-3 flex flex-wrap items-center gap-3 rounded-md bg-sunken px-3 py-2">
        <span className="min-w-0 flex-1 text-ink-2">
          {t("Read as any file, without what was said of its columns before.")}
        </span>
        <Button onClick={() => onReading(AS_FOUND)}>{t("Read it as before")}</Button>
      </p>
    );
  }
  return (
    <div
      role="status"
      className="mx-4 mb-3 flex flex-wrap items-center gap-3 rounded-md bg-accent-soft px-3 py-2"
    >
      <p className="min-w-0 flex-1 text-ink-2">
        {t(
          "Read as {0} has said of files of these columns {1}. What you change here takes its place when the file is imported.",
          kept.saved_by,
          ago(kept.saved_at),
        )}
      </p>
      <Button onClick={() => onReading({ ...AS_FOUND, refused: true })}>{t("Read it as any file")}</Button>
      <ConfirmButton
        label={t("Forget it")}
        title={t("Forget what was said of these columns")}
        does={t("Forget it")}
        send={() => {
          const path = { params: { path: { fingerprint: kept.fingerprint } } };
          return kept.kind === "sales"
            ? data(api.DELETE("/api/sales/import-mappings/{fingerprint}", path))
            : data(api.DELETE("/api/shop-imports/mappings/{fingerprint}", path));
        }}
        stale={["imports", "shop-imports"]}
        said={() => t("Files of these columns are read as any from now on.")}
      >
        {t(
          "The next files of the same columns are read as any file, and what they leave open is asked again.",
        )}
      </ConfirmButton>
    </div>
  );
}
