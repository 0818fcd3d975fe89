/** Errors as the API gives them (RFC 9457), and as a network makes them. */

export interface FieldError {
  field: string;
  location: string;
  message: string;
  code: string;
}

export interface Problem {
  title: string;
  status: number;
  detail: string;
  errors?: FieldError[] | null;
  /** seconds; of an answer that says when to come again */
  retryAfter?: number;
}

/** Return the Problem in an answer's body, or one that says what its status says. */
export function asProblem(body: string, status: number, headers: Headers): Problem {
  const seconds = Number(headers.get("Retry-After") ?? Number.NaN);
  const more = Number.isFinite(seconds) ? { retryAfter: seconds } : {};
  try {
    const found: unknown = JSON.parse(body);
    if (isProblem(found)) return { ...found, ...more };
  } catch {
    // not JSON: a proxy's page
  }
  return { title: `HTTP ${status}`, status, detail: `The server answered with status ${status}.`, ...more };
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "status" in value && "title" in value && "detail" in value;
}

/** No answer came: the network, or the platform is not there. */
export class Unreachable extends Error {
  override name = "Unreachable";

  constructor(cause: unknown) {
    super("The platform cannot be reached: check that it runs.", { cause });
  }
}

/** Return what went wrong as a Problem, whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (isProblem(error)) return error;
  if (error instanceof Unreachable) return { title: "No answer", status: 0, detail: error.message };
  return { title: "Failed", status: 0, detail: error instanceof Error ? error.message : String(error) };
}

/** Return after how many milliseconds a call is worth repeating, or null when it would fail alike. */
export function retryAfterOf(error: unknown): number | null {
  if (!isProblem(error) || ![429, 502, 503, 504].includes(error.status)) return null;
  return (error.retryAfter ?? 1) * 1000;
}

/** Return the message for each field that an answer blames, by the field's name. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!isProblem(error)) return {};
  return Object.fromEntries((error.errors ?? []).map((found) => [found.field, found.message]));
}
