import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { query } from "@/api/query";
import { Button, TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { Problem } from "@/components/ui/Problem";
import { plural } from "@/lib/format";
import { OverrideForm } from "./OverrideForm";
import { PlanCsv } from "./PlanCsv";

/** A category's plan: named first, so that the planner sees how many series it covers. */
export function CategoryDialog({ weeks, onClose }: { weeks: string[]; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [category, setCategory] = useState("");
  const found = useQuery({
    ...query("/api/overrides/revision", { query: { category } }),
    enabled: category !== "",
    retry: false,
  });
  const none = found.data?.series === 0;
  return (
    <Dialog title="Override a category" onClose={onClose} wide>
      <form
        className="flex items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          setCategory(typed.trim());
        }}
      >
        <div className="w-64">
          <TextField
            label="Category"
            maxLength={200}
            value={typed}
            error={none ? "No product of this category is forecast" : undefined}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Button type="submit" disabled={!typed.trim()}>
          Look up
        </Button>
        {found.data && !none && <p className="pb-1.5 text-ink-2">{plural(found.data.series, "forecast")}</p>}
      </form>
      <Problem error={found.error} />
      {found.data && !none && (
        <div className="-mx-5 mt-4 border-t border-line">
          <OverrideForm key={category} target={{ category }} weeks={weeks} />
          <div className="flex justify-end gap-2 px-4">
            <PlanCsv target={{ category }} />
          </div>
        </div>
      )}
    </Dialog>
  );
}
