import { useMutation } from "@tanstack/react-query";
import { Columns3, Download } from "lucide-react";
import type { ReactNode } from "react";
import { downloadTable } from "@/api/client";
import { asApiError } from "@/api/errors";
import { Menu, MenuCheck, MenuText } from "@/components/ui/Menu";
import { toast } from "@/components/ui/toast";
import { save } from "@/lib/csv";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
import { today } from "@/lib/workspace";
import { type Column, fieldsOf, fileOf } from "./columns";
import type { RowKey } from "./DataTable";
import type { Rows } from "./rows";

const TOOL =
  "inline-flex h-7 items-center gap-1.5 rounded-md px-2 font-medium text-ink-2 hover:bg-sunken disabled:opacity-55";

interface Props<Row> {
  name: string;
  label: string;
  one: string;
  many: string | undefined;
  opens: boolean;
  rows: Rows<Row>;
  /** What is written to a file. */
  wanted: readonly Column<Row>[];
  choice: readonly Column<Row>[];
  isOff: (id: string) => boolean;
  toggle: (id: string) => void;
  keys: readonly RowKey<Row>[];
  tools: ReactNode;
}

/** How much is shown, which keys work, which columns; and all of it as a file. */
export function Foot<Row>({
  name,
  label,
  one,
  many,
  opens,
  rows,
  wanted,
  choice,
  keys,
  tools,
  ...chosen
}: Props<Row>) {
  const count = rows.rows?.length ?? 0;
  const write = useMutation({
    mutationFn: async () => {
      const file = `${name.toLowerCase().replaceAll(/\W+/g, "-")}-${today()}.csv`;
      if (rows.list) return downloadTable(rows.list, fieldsOf(wanted), file);
      const all = rows.rows ?? [];
      save(new Blob([fileOf(wanted, all)], { type: "text/csv" }), file);
      return all.length;
    },
    onSuccess: (written) => toast(t("{0} written as CSV.", plural(written, one, many))),
    onError: (error) => toast(t("Not exported: {0}", asApiError(error).message)),
  });
  const hints = [
    ["J K", t("move")],
    ...(opens ? [["Enter", t("open")]] : []),
    ...keys.map((key) => [key.key.toUpperCase(), key.does]),
  ];
  return (
    <footer className="mt-auto flex min-h-9 shrink-0 flex-wrap items-center gap-x-3 border-t border-line px-4 py-0.5 text-sec text-ink-3">
      <span role="status">{`${plural(count, one, many)}${rows.more ? t(" so far, more below") : ""}`}</span>
      <span className="hidden lg:inline">
        {hints.map(([key, does], place) => (
          <span key={key}>
            {place > 0 && ", "}
            <kbd className="font-sans font-medium">{key}</kbd> {does}
          </span>
        ))}
      </span>
      <span className="-mr-2 ml-auto flex items-center gap-1">
        {tools}
        {choice.length > 1 && (
          <Menu
            label={t("Columns of {0}", label)}
            className={TOOL}
            trigger={
              <>
                <Columns3 size={14} aria-hidden /> {t("Columns")}
              </>
            }
          >
            <MenuText>{t("Shown")}</MenuText>
            {choice.map((column) => (
              <MenuCheck
                key={column.id}
                checked={!chosen.isOff(column.id)}
                onChange={() => chosen.toggle(column.id)}
              >
                {column.label}
              </MenuCheck>
            ))}
          </Menu>
        )}
        <button
          type="button"
          className={TOOL}
          aria-label={t("{0} as CSV", label)}
          disabled={write.isPending}
          onClick={() => write.mutate()}
        >
          <Download size={14} aria-hidden /> {write.isPending ? t("Writing") : t("CSV")}
        </button>
      </span>
    </footer>
  );
}
