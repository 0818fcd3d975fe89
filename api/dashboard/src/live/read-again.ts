/** For what a screen alone shows: has its queries read again when something has happened that makes them old. */
import { useEffect } from "react";
import { queries } from "@/api/client";
import type { paths } from "@/api/schema";
import { useLive, type Happening } from "@/live";

/** The history is written a moment after an event is told. */
const READ_AFTER_MS = [500, 3_000] as const;

/** Keep `kinds` and `of` outside the component. A query that is read at this moment is not asked for twice. */
export function useReadAgain(kinds: readonly Happening["kind"][], of: readonly (keyof paths)[]): void {
  const newest = useLive((state) => state.happenings.find(({ kind }) => kinds.includes(kind))?.id ?? null);
  useEffect(() => {
    if (newest === null) return undefined;
    const timers = READ_AFTER_MS.map((ms) =>
      window.setTimeout(() => {
        for (const path of of) void queries.invalidateQueries({ queryKey: ["get", path] }, { cancelRefetch: false });
      }, ms),
    );
    return () => {
      for (const timer of timers) window.clearTimeout(timer);
    };
  }, [newest, of]);
}
