import { useEffect, useRef } from "react";
import { keyOf, queries } from "@/api/client";
import { useLive } from "@/live";

/** The history is written a moment after an exit is told: the figures are read twice. */
const READ_AFTER_MS = [500, 2_500] as const;

/** Read the figures again once a position has been closed. */
export function useReadOnClose(): void {
  const newest = useLive((state) => state.happenings.find(({ kind }) => kind === "exit")?.id ?? null);
  const seen = useRef(newest);
  useEffect(() => {
    if (newest === seen.current) return undefined;
    seen.current = newest;
    const timers = READ_AFTER_MS.map((ms) =>
      window.setTimeout(() => void queries.invalidateQueries({ queryKey: keyOf("/performance/summary") }), ms),
    );
    return () => timers.forEach((timer) => window.clearTimeout(timer));
  }, [newest]);
}
