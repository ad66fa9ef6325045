import { asApiError } from "@/api/errors";

/** Why something was refused, beside what was refused. */
export function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
      {asApiError(error).message}
    </p>
  );
}
