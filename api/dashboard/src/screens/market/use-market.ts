/** What the screen shows of an underlying, read again when the stream tells of it. */
import { useEffect, useRef } from "react";
import { $api, keyOf, queries } from "@/api/client";
import { useLive } from "@/live";

const PATHS = ["/gamma/{symbol}", "/intel/snapshot", "/underlyings/{symbol}", "/bias/summary"] as const;

/** The stream tells of an underlying only what is traded in it: who comes back to the page reads anew. */
const CURRENT = { refetchOnWindowFocus: true } as const;

/** An answer holds a whole chain: it is asked for at most so often. */
const READ_AFTER_MS = 5_000;

export function useMarket(symbol: string, timeframe: Timeframe) {
  const path = { symbol };
  const gamma = $api.useQuery("get", "/gamma/{symbol}", { params: { path } }, CURRENT);
  const intel = $api.useQuery("get", "/intel/snapshot", { params: { query: { symbol } } }, CURRENT);
  const underlying = $api.useQuery(
    "get",
    "/underlyings/{symbol}",
    { params: { path, query: { timeframe } } },
    { ...CURRENT, placeholderData: (before) => (before?.symbol === symbol ? before : undefined) },
  );
  useReadAgain(symbol);
  return { gamma, intel, underlying };
}

export const TIMEFRAMES = ["1m", "5m", "15m", "1h", "1d"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

export async function readAgain(): Promise<void> {
  await Promise.all(PATHS.map((path) => queries.invalidateQueries({ queryKey: keyOf(path) })));
}

/** Read what is shown again once the stream has told anything of the underlying. */
function useReadAgain(symbol: string): void {
  const told = useLive((state) => {
    const happened = state.happenings.find((one) => one.symbol === symbol)?.id ?? "";
    let marked = "";
    for (const mark of state.marks.values()) {
      if (mark.symbol === symbol && mark.marked_at > marked) marked = mark.marked_at;
    }
    return `${happened} ${marked}`;
  });
  const seen = useRef(told);
  const timer = useRef<number | null>(null);
  useEffect(() => {
    if (seen.current === told) return;
    seen.current = told;
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      void readAgain();
    }, READ_AFTER_MS);
  }, [told]);
  useEffect(
    () => () => {
      if (timer.current !== null) window.clearTimeout(timer.current);
    },
    [],
  );
}
