/** The API, typed by its own document: `api` for calls, `$api` for TanStack Query. Answers are JSON, errors Problems. */
import { QueryClient, type QueryKey } from "@tanstack/react-query";
import createFetchClient, { type Middleware } from "openapi-fetch";
import createQueryClient from "openapi-react-query";
import { asProblem, retryAfterOf, Unreachable } from "@/api/problem";
import type { components, paths } from "@/api/schema";
import { end, session } from "@/api/session";

export type Schemas = components["schemas"];

export const EXPIRED = "Your session is over: log in again to go on where you were.";

const authenticated: Middleware = {
  onRequest({ request, schemaPath }) {
    const { token } = session.get();
    if (token !== null && schemaPath !== "/auth/login") request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
  onError({ error }) {
    // a query that is no longer wanted is given up; all else is the network
    return error instanceof DOMException && error.name === "AbortError" ? error : new Unreachable(error);
  },
  async onResponse({ request, response, schemaPath }) {
    if (response.ok) return undefined;
    if (response.status === 401 && schemaPath !== "/auth/login") {
      end(EXPIRED, request.headers.get("Authorization")?.replace("Bearer ", ""));
    }
    // what a proxy answers is no Problem: all that come this far are made one, and none is empty
    const body = asProblem(await response.text(), response.status, response.headers);
    return new Response(JSON.stringify(body), { status: response.status, headers: response.headers });
  },
};

export const api = createFetchClient<paths, "application/json">({ baseUrl: window.location.origin });
api.use(authenticated);

export const $api = createQueryClient(api);

/** The key of a query of `$api`, or of all queries of a path whatever their parameters. */
export function keyOf(path: keyof paths, init?: object): QueryKey {
  return init === undefined ? ["get", path] : ["get", path, init];
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // what the caller may not do, or what is not there, is so the second time too
      retry: (count, error) => count < 3 && (retryAfterOf(error) !== null || error instanceof Unreachable),
      retryDelay: (count, error) => retryAfterOf(error) ?? Math.min(500 * 2 ** count, 5_000),
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false },
  },
});
