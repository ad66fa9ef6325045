import { useQuery } from "@tanstack/react-query";
import { locationsQuery } from "@/api/queries";
import { CheckBox } from "@/components/ui/controls";
import { t } from "@/lib/texts";

interface Props {
  codes: readonly string[];
  onChange: (codes: string[]) => void;
}

/** Where something is; none chosen is everywhere. Nothing to choose where there is one place only. */
export function Places({ codes, onChange }: Props) {
  const found = useQuery(locationsQuery);
  const open = found.data?.items.filter((item) => !item.archived || codes.includes(item.code)) ?? [];
  if (open.length < 2) return null;
  return (
    <fieldset className="grid gap-1">
      <legend className="pb-1 text-sec text-ink-2">{t("Where")}</legend>
      <p className="text-ink-2">
        {codes.length === 0 ? t("Everywhere") : t("Only at {0}", codes.join(", "))}
      </p>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {open.map(({ code, name }) => (
          <CheckBox
            key={code}
            checked={codes.includes(code)}
            onChange={(on) => onChange(on ? [...codes, code] : codes.filter((other) => other !== code))}
          >
            {name}
          </CheckBox>
        ))}
      </div>
    </fieldset>
  );
}
