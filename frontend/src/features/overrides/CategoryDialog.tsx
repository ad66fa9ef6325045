import { useQueryClient } from "@tanstack/react-query";
import { query } from "@/api/query";
import { Form } from "@/components/form/Form";
import { text } from "@/components/form/fields";
import { useForm } from "@/components/form/useForm";
import { TextField } from "@/components/ui/controls";
import { Dialog } from "@/components/ui/Dialog";
import { plural } from "@/lib/format";
import { t } from "@/lib/texts";
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
  const none = answer?.series === 0 ? t("No product of {0} is forecast", answer.category) : undefined;
  return (
    <Dialog title={t("Override a category")} onClose={onClose} wide>
      <Form
        form={form}
        does={t("Look up")}
        note={answer && !none && t("{0} of {1}", plural(answer.series, "forecast"), answer.category)}
      >
        <TextField label={t("Category")} {...field} error={field.error ?? none} />
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
