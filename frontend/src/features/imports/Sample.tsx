import { Download } from "lucide-react";
import { Button } from "@/components/ui/controls";
import { save } from "@/lib/csv";
import { t } from "@/lib/texts";
import { type FileKind, KINDS } from "./kinds";

/** A file of a kind to start from. */
export function Sample({ kind }: { kind: FileKind }) {
  const { of, sample } = KINDS[kind];
  return (
    <Button
      aria-label={t("Sample file of {0}", of)}
      onClick={() => save(new Blob([`${sample().join("\n")}\n`], { type: "text/csv" }), `${kind}.csv`)}
    >
      <Download size={14} aria-hidden /> {t("Sample file")}
    </Button>
  );
}
