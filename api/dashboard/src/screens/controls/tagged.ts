/** Controls with the ETag that a change of them has to name, so that nobody overwrites what another has just saved. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { api, keyOf } from "@/api/client";
import { problemOf, type Problem } from "@/api/problem";
import type { Sent, Values } from "@/screens/controls/draft";
import type { AllBounds } from "@/screens/controls/rules";

export interface InForce {
  changed_by?: string | null;
  changed_at?: string | null;
  bounds: AllBounds;
  configured: Values;
  control?: Values | null;
  in_force: Values;
}

export interface Tagged {
  rules: InForce;
  etag: string;
}

export type Family = "risk_limits" | "exit_rules";

interface Answer {
  data?: InForce;
  error?: unknown;
  response: Response;
}

/** Read a family's rules; `of` is an account or an underlying, null: those of all. */
export function useRules(family: Family, of: string | null): UseQueryResult<Tagged, unknown> {
  return useQuery({ queryKey: keyFor(family, of), queryFn: () => readRules(family, of) });
}

function keyFor(family: Family, of: string | null) {
  if (of === null) return [...keyOf(family === "risk_limits" ? "/risk-limits" : "/exit-rules"), "tagged"];
  return [...keyOf(family === "risk_limits" ? "/risk-limits/{account}" : "/exit-rules/{symbol}"), of, "tagged"];
}

/** Raises what went wrong. */
export async function readRules(family: Family, of: string | null): Promise<Tagged> {
  return taggedOf(await asked(family, of));
}

function asked(family: Family, of: string | null): Promise<Answer> {
  if (family === "risk_limits") {
    return of === null ? api.GET("/risk-limits") : api.GET("/risk-limits/{account}", { params: { path: { account: of } } });
  }
  return of === null ? api.GET("/exit-rules") : api.GET("/exit-rules/{symbol}", { params: { path: { symbol: of } } });
}

/** Raises what went wrong; a Problem of status 412 says that they have changed since. */
export async function writeRules(family: Family, of: string | null, value: Sent, etag: string): Promise<Tagged> {
  return taggedOf(await put(family, of, value, { "If-Match": etag }));
}

function put(family: Family, of: string | null, body: Sent, header: { "If-Match": string }): Promise<Answer> {
  if (family === "risk_limits") {
    if (of === null) return api.PUT("/risk-limits", { params: { header }, body });
    return api.PUT("/risk-limits/{account}", { params: { header, path: { account: of } }, body });
  }
  if (of === null) return api.PUT("/exit-rules", { params: { header }, body });
  return api.PUT("/exit-rules/{symbol}", { params: { header, path: { symbol: of } }, body });
}

function taggedOf({ data, error, response }: Answer): Tagged {
  if (data === undefined) throw failureOf(error);
  return { rules: data, etag: response.headers.get("ETag") ?? "*" };
}

/** What a query or a handler throws: a Problem, as an error. */
export class Refused extends Error implements Problem {
  title: string;
  status: number;
  detail: string;
  errors: Problem["errors"];
  retryAfter: number | undefined;

  constructor({ title, status, detail, errors, retryAfter }: Problem) {
    super(detail);
    this.title = title;
    this.status = status;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

export function failureOf(error: unknown): Refused {
  return new Refused(problemOf(error));
}
