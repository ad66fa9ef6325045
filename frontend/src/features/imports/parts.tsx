/** What the previews of all kinds of files share: which column says what, doubts that people settle, notes. */

import { type ReactNode, useState } from "react";
import type { Schemas } from "@/api/client";
import { Button, CheckBox, Choice, TextField } from "@/components/ui/controls";
import { words } from "@/lib/format";
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";
import type { Reading } from "./reading";

type FileQuestion = Schemas["FileQuestion"];
type Value = FileQuestion["answers"][number]["value"];

const LABELS: Record<string, string> = {
  sku: t("Product code"),
  sold_at: t("Day"),
  event_id: t("Id of the sale"),
  counted_at: t("Counted at"),
  moq: t("Least order (MOQ)"),
  multiple: t("Pack of … units"),
  like_sku: t("Sells like"),
  like_multiplier: t("Times as much"),
  replaces_sku: t("Replaces"),
  skus: t("Product codes"),
};

interface ColumnProps {
  fields: readonly string[];
  /** How many of them are shown at once; of the others those that the file says, and the rest when it is asked for. */
  usual?: number;
  /** What they are called here. */
  labels?: Record<string, string>;
  columns: readonly string[];
  mapping: Record<string, string>;
  missing: readonly string[];
  onMapping: (mapping: Record<string, string>) => void;
}

/** Which column of the file says what. A column goes to one field: choosing it here takes it away elsewhere. */
export function ColumnChoice({ fields, usual = fields.length, labels, onMapping, ...props }: ColumnProps) {
  const { columns, mapping, missing } = props;
  const [all, setAll] = useState(false);
  const shown = fields.filter((field, place) => all || place < usual || mapping[field]);
  const assign = (field: string, column: string) => {
    const kept = Object.entries(mapping).filter(([name, used]) => name !== field && used !== column);
    onMapping(Object.fromEntries(column ? [...kept, [field, column]] : kept));
  };
  return (
    <div className="grid items-end gap-3 p-4 sm:grid-cols-3 lg:grid-cols-5">
      {shown.map((field) => {
        const lacks = missing.includes(field) && !mapping[field];
        return (
          <label key={field} className="flex flex-col gap-1 text-sec text-ink-2">
            <span>
              {labels?.[field] ?? LABELS[field] ?? words(field)}
              {lacks && <span className="text-bad"> {t("· needed")}</span>}
            </span>
            <select
              value={mapping[field] ?? ""}
              onChange={(event) => assign(field, event.target.value)}
              aria-invalid={lacks || undefined}
              className="h-8 rounded-md border border-control bg-panel px-2 text-body text-ink aria-invalid:border-bad"
            >
              <option value="">{t("Not in the file")}</option>
              {columns.map((column) => (
                <option key={column}>{column}</option>
              ))}
            </select>
          </label>
        );
      })}
      {shown.length < fields.length && (
        <Button onClick={() => setAll(true)}>{t("What else a column may say")}</Button>
      )}
    </div>
  );
}

/** What becomes of the file's lines; while it is read again, that. */
export function Outcome({ again, children }: { again: boolean; children: ReactNode }) {
  return (
    <p role="status" aria-busy={again} className="border-t border-line px-4 py-2 text-ink-2">
      {again ? t("Reads the whole file again, as you said …") : children}
    </p>
  );
}

/** How numbers and days are written, where the file leaves that open. */
export function Doubts({ reading, onReading }: { reading: Reading; onReading: (reading: Reading) => void }) {
  return (
    <div className="flex flex-wrap gap-4 px-4 pb-3">
      <Said
        label={t("Numbers")}
        no="1,234.50"
        yes="1.234,50"
        value={reading.decimal_comma}
        onChange={(decimal_comma) => onReading({ ...reading, decimal_comma })}
      />
      <Said
        label={t("Days")}
        no={t("month/day")}
        yes={t("day/month")}
        value={reading.day_first}
        onChange={(day_first) => onReading({ ...reading, day_first })}
      />
    </div>
  );
}

/** Which till or shop the file is of. What is typed counts when it is left, or by Enter: each asks for a new preview. */
export function SourceName({
  reading,
  onReading,
}: {
  reading: Reading;
  onReading: (reading: Reading) => void;
}) {
  const [typed, setTyped] = useState(reading.source ?? "");
  const said = () => {
    const source = typed.trim() || null;
    if (source !== reading.source) onReading({ ...reading, source });
  };
  return (
    <form
      className="max-w-md px-4 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        said();
      }}
    >
      <TextField
        label={t("Source: the till or shop it is of")}
        hint={t(
          "A sale is known again by its source and number. Tills that each count from 1 need names of their own.",
        )}
        placeholder={t("import")}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={said}
      />
    </form>
  );
}

/** Places that nobody has heard of: they are made, or their lines are not taken. */
export function MakePlaces({
  reading,
  onReading,
}: {
  reading: Reading;
  onReading: (reading: Reading) => void;
}) {
  return (
    <div className="px-4 pb-3">
      <CheckBox
        checked={reading.make_locations ?? false}
        onChange={(make_locations) => onReading({ ...reading, make_locations: make_locations || null })}
      >
        {t("Make the locations that the file names and nobody has heard of")}
      </CheckBox>
    </div>
  );
}

interface NotesProps {
  asked: readonly FileQuestion[];
  warnings: readonly string[];
  onAnswer: (setting: string, value: Value) => void;
}

/** What has to be answered before it can be imported, with the answers, and what should be known. */
export function Notes({ asked, warnings, onAnswer }: NotesProps) {
  return (
    <>
      {asked.map(({ setting, message, answers }) => (
        <div
          key={`${setting} ${message}`}
          role="alert"
          className="mx-4 mb-2 rounded-md bg-bad-soft px-3 py-2"
        >
          <p className="text-bad">{heard(message)}</p>
          {answers.length > 0 && (
            <ul className="mt-2 grid gap-2 lg:grid-cols-2">
              {answers.map(({ value, means }) => (
                <li key={String(value)}>
                  <Button className="h-auto w-full py-1.5 text-left" onClick={() => onAnswer(setting, value)}>
                    {heard(means)}
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
      {warnings.map((warning) => (
        <p key={warning} className="mx-4 mb-2 rounded-md bg-warn-soft px-3 py-2 text-warn">
          {heard(warning)}
        </p>
      ))}
    </>
  );
}

interface SaidProps {
  label: string;
  no: string;
  yes: string;
  value: boolean | null;
  onChange: (value: boolean | null) => void;
}

/** A doubt about the file that people can settle. */
function Said({ label, no, yes, value, onChange }: SaidProps) {
  const options = [
    { value: "found", label: t("{0}: as found", label) },
    { value: "no", label: `${label}: ${no}` },
    { value: "yes", label: `${label}: ${yes}` },
  ];
  return (
    <Choice
      label={label}
      value={value === null ? "found" : value ? "yes" : "no"}
      options={options}
      onChange={(next) => onChange(next === "found" ? null : next === "yes")}
    />
  );
}
