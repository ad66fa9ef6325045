// Writes src/api/forms.gen.ts: the fields of the bodies that forms send, with the bounds that openapi.json states.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BODIES = [
  "AdjustmentIn",
  "ApiKeyIn",
  "AssignIn",
  "BillPut",
  "ConfirmIn",
  "CorrectionIn",
  "CountIn",
  "Credentials",
  "EventIn",
  "ExclusionIn",
  "LocationPut",
  "MakeIn",
  "MapIn",
  "MendedLetter",
  "NoteIn",
  "OverrideIn",
  "PasswordChange",
  "PasswordProof",
  "PriceIn",
  "PricePlan",
  "ProductIn",
  "ProductPatch",
  "PromotionIn",
  "PromotionPlan",
  "ProposeIn",
  "Registration",
  "ReleaseIn",
  "ReplayIn",
  "HeldItem",
  "ReservationIn",
  "ReturnIn",
  "SaleIn",
  "Scenario",
  "SecondFactorCode",
  "SupplierIn",
  "TermChanges",
  "TermPut",
  "TrainIn",
  "UserIn",
  "VoidIn",
  "WeatherPlan",
];
/** What people type as per cent. */
const PERCENT = new Set(["service_level", "holding_rate", "discount"]);
/** What is of a line of a body, and typed beside it. */
const LINES = ["Item", "KitComponent"];

const given = (bounds) => {
  const known = Object.entries(bounds).filter(([, value]) => value !== undefined);
  return known.length ? `{ ${known.map(([name, value]) => `${name}: ${value}`).join(", ")} }` : "";
};

/** The field of a property; none for what is not typed (lists, flags, numbers that the machine counts). */
export function fieldOf(name, property) {
  const options = (property.anyOf ?? [property]).flatMap((option) => option.anyOf ?? [option]);
  const kinds = options.filter((option) => option.type !== "null");
  const number = kinds.find((option) => option.type === "number");
  const text = kinds.find((option) => option.type === "string");
  let field = null;
  if (number) {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = number;
    const percent = PERCENT.has(name) || undefined;
    field = `decimal(${given({ min: minimum, max: maximum, above: exclusiveMinimum, below: exclusiveMaximum, percent })})`;
  } else if (kinds.some((option) => option.format === "date")) field = "day()";
  else if (text?.enum) field = `choice(${JSON.stringify(text.enum)})`;
  else if (text && !text.format) {
    // Control characters cannot be typed: a pattern that only shuts them out says nothing to people.
    const pattern = text.pattern && !text.pattern.startsWith("^[^\\x00") ? `/${text.pattern}/` : undefined;
    const min = text.minLength > 1 ? text.minLength : undefined;
    const exact = name === "password" || undefined;
    field = `text(${given({ min, max: text.maxLength, pattern, exact })})`;
  }
  return field && options.length > kinds.length ? `optional(${field})` : field;
}

export function write(document) {
  const { schemas } = document.components;
  const bodies = [...BODIES, ...LINES].filter((name) => schemas[name]);
  const blocks = bodies.map((name) => {
    const fields = Object.entries(schemas[name].properties)
      .map(([field, property]) => [field, fieldOf(field, property)])
      .filter(([, made]) => made);
    return `export const ${name} = {\n${fields.map(([field, made]) => `  ${field}: ${made},`).join("\n")}\n};`;
  });
  const used = ["choice", "day", "decimal", "optional", "text"].filter((name) =>
    blocks.some((block) => new RegExp(`\\b${name}\\(`).test(block)),
  );
  return [
    "/** The bodies that forms send, field by field; written by scripts/forms.mjs from openapi.json. */",
    `import { ${used.join(", ")} } from "@/components/form/fields";`,
    "",
    blocks.join("\n\n"),
    "",
  ].join("\n");
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
if (process.argv[1] === here("forms.mjs")) {
  const document = JSON.parse(readFileSync(here("../openapi.json"), "utf8"));
  writeFileSync(here("../src/api/forms.gen.ts"), write(document));
}
