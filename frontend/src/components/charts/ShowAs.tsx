import { Segmented } from "@/components/ui/controls";

export type Shown = "chart" | "table";

/** Whether weeks are drawn or told in a table. */
export function ShowAs({ value, onChange }: { value: Shown; onChange: (value: Shown) => void }) {
  return (
    <Segmented
      label="Show as"
      value={value}
      options={[
        { value: "chart", label: "Chart" },
        { value: "table", label: "Table" },
      ]}
      onChange={onChange}
    />
  );
}
