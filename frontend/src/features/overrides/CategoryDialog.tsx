import { useQueryClient } from "@tanstack/react-query";
import { query } from "@/api/query";
import { Form } from "@/components/form/Form";
import { text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { plural } from "@/lib/format";
import { OverrideForm } from "./OverrideForm";
import { PlanCsv } from "./PlanCsv";

/** A category's plan: named first, so that the planner sees how many series it covers. */
export function CategoryDialog({ weeks, onClose }: { weeks: string[]; onClose: () => void }) {
  const client = useQueryClient();
  const form = useForm({
    fields: { category: text({ max: 200 }) },
    start: { category: "" },
    send: async ({ category }) => {
      const asked = query("/api/overrides/revision", { query: { category } });
      return { category, series: (await client.fetchQuery(asked)).series };
    },
    stale: [],
  });
  const { answer } = form;
  const field = form.field("category");
  const none = answer?.series === 0 ? `No product of ${answer.category} is forecast` : undefined;
  return (
    <Dialog title="Override a category" onClose={onClose} wide>
      <Form
        form={form}
        does="Look up"
        note={answer && !none && `${plural(answer.series, "forecast")} of ${answer.category}`}
      >
        <TextField label="Category" {...field} error={field.error ?? none} />
      </Form>
      {answer && !none && (
        <div className="-mx-5 mt-4 border-t border-line">
          <OverrideForm key={answer.category} target={{ category: answer.category }} weeks={weeks} />
          <div className="flex justify-end gap-2 px-4">
            <PlanCsv target={{ category: answer.category }} />
          </div>
        </div>
      )}
    </Dialog>
  );
}
