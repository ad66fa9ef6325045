/** What the API says when it refuses: RFC 9457, as services/chassis/problems.py writes it. */
import { heard } from "@/lib/heard";
import { t } from "@/lib/texts";

export interface FieldError {
  field: string;
  message: string;
  code: string;
}

interface ProblemBody {
  title?: string;
  detail?: string;
  code?: string;
  request_id?: string;
  errors?: FieldError[];
}

export class ApiError extends Error {
  readonly status: number;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly fields: FieldError[];

  constructor(status: number, body: ProblemBody) {
    super(heard(body.detail ?? body.title ?? "") || t("The server answered {0}.", status));
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.requestId = body.request_id;
    this.fields = (body.errors ?? []).map((error) => ({ ...error, message: heard(error.message) }));
  }

  /** The message for one field of a form. */
  field(name: string): string | undefined {
    return this.fields.find((error) => error.field === name)?.message;
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json().catch(() => ({})) : {};
  return new ApiError(response.status, body);
}

/** Whether something does not answer now, and may answer soon; what is refused stays refused. */
export const isOutage = (error: unknown) => [0, 502, 503, 504].includes(asApiError(error).status);

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const offline = error instanceof TypeError && /fetch|network|load failed/i.test(error.message);
  if (offline)
    return new ApiError(0, { detail: t("The server does not answer. Check that Almanac is running.") });
  const said = error instanceof Error ? error.message : String(error);
  return new ApiError(0, { detail: t("The dashboard itself failed ({0}). Reload the page.", said) });
}
