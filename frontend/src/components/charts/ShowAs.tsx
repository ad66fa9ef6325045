import { Segmented } from "@/components/ui/controls";
import { t } from "@/lib/texts";

export type Shown = "chart" | "table";

/** Whether weeks are drawn or told in a table. */
export function ShowAs({ value, onChange }: { value: Shown; onChange: (value: Shown) => void }) {
  return (
    <Segmented
      label={t("Show as")}
      value={value}
      options={[
        { value: "chart", label: t("Chart") },
        { value: "table", label: t("Table") },
      ]}
      onChange={onChange}
    />
  );
}
