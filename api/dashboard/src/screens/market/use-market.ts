/** What the screen shows of an underlying, read again when the stream tells of its market. */
import { $api, keyOf, queries } from "@/api/client";

const PATHS = ["/gamma/{symbol}", "/intel/snapshot", "/underlyings/{symbol}", "/bias/summary"] as const;

/** The stream tells no bias, chain or flow before the next price: who comes back to the page reads anew. */
const CURRENT = { refetchOnWindowFocus: true } as const;

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
  return { gamma, intel, underlying };
}

export const TIMEFRAMES = ["1m", "5m", "15m", "1h", "1d"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

export async function readAgain(): Promise<void> {
  await Promise.all(PATHS.map((path) => queries.invalidateQueries({ queryKey: keyOf(path) })));
}
