import type { UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { problemOf } from "@/api/problem";
import { Button } from "@/ui/button";

export function Loading({ what = "this" }: { what?: string }) {
  return (
    <div className="state" role="status">
      Loading {what} …
    </div>
  );
}

/** Nothing is there: says so, and what one can do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <strong>{title}</strong>
      {children !== undefined && <div>{children}</div>}
    </div>
  );
}

/** Something could not be read: the Problem's words, and another try. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = problemOf(error);
  return (
    <div className="state" role="alert">
      <strong>{problem.title}</strong>
      <div>{problem.detail}</div>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T, unknown>, "data" | "error" | "failureReason" | "refetch">;
  what?: string;
  children: (data: T) => ReactNode;
}

/** What a query gave, or how it is with it. Data that could not be read again stays, and says so. */
export function Loaded<T>({ query, what, children }: LoadedProps<T>) {
  const retry = () => void query.refetch();
  // while it is tried again there is no error, and what went wrong is still what is to be known
  const [failed, setFailed] = useState<unknown>(null);
  const why = query.error ?? query.failureReason;
  const isOver = why === null && query.data !== undefined;
  if ((why !== null || isOver) && why !== failed) setFailed(why);
  if (query.data === undefined) {
    return failed === null ? <Loading what={what} /> : <Failed error={failed} onRetry={retry} />;
  }
  return (
    <>
      {query.error !== null && (
        <div className="notice row" role="status">
          Not current: {problemOf(query.error).detail}
          <Button onClick={retry}>Try again</Button>
        </div>
      )}
      {children(query.data)}
    </>
  );
}
