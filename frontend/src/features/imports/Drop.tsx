import clsx from "clsx";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { buttonLook } from "@/components/ui/controls";
import { t } from "@/lib/texts";
import { type FileKind, KINDS } from "./kinds";
import { Sample } from "./Sample";

interface Props {
  kind: FileKind;
  onFile: (file: File | undefined) => void;
}

export function Drop({ kind, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFile(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the field inside does the same
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
      className={clsx(
        "flex flex-col items-center gap-3 rounded-[10px] border border-dashed px-4 py-8 text-center",
        over ? "border-accent bg-accent-soft" : "border-control bg-panel",
      )}
    >
      <FileUp size={22} aria-hidden className="text-ink-3" />
      <p className="text-ink-2">
        {t(
          "Drop a CSV or Parquet file of {0} here: each line says {1}. You see how it is read before anything is stored.",
          KINDS[kind].of,
          KINDS[kind].line,
        )}
      </p>
      <label
        className={clsx(
          buttonLook("primary"),
          "cursor-pointer focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent",
        )}
      >
        {t("Choose a file")}
        <input
          ref={input}
          type="file"
          accept=".csv,.tsv,.txt,.parquet"
          className="sr-only"
          onChange={(event) => onFile(event.target.files?.[0])}
        />
      </label>
      <Sample kind={kind} />
    </div>
  );
}
