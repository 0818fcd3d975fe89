/** A position's chart: bars that go on with the marks, what happened to it, and the levels that end it. Pure. */
import type { Schemas } from "@/api/client";
import type { Mark } from "@/live";
import type { Candle, ChartMarker, PriceLine } from "@/ui";
import { money } from "@/ui/format";
import { exitName } from "./exits";

export type PositionChart = Schemas["PositionChart"];
type Bar = PositionChart["contract"][number];
type Marker = PositionChart["markers"][number];
type Levels = PositionChart["levels"];

/** Return when the bar begins that an instant belongs to, reckoned on from the last bar that is known. */
export function barAt(bars: readonly Bar[], at: string, stepS: number): number | null {
  const last = bars.at(-1);
  if (last === undefined) return null;
  const begins = Date.parse(last.at);
  return begins + Math.floor((Date.parse(at) - begins) / (stepS * 1_000)) * stepS * 1_000;
}

/** Return bars as candles, the last one as the newest mark has made it: a new one where its time is over. */
export function candlesOf(bars: readonly Bar[], mark: Pick<Mark, "current_price" | "marked_at"> | null, stepS: number): Candle[] {
  const candles: Candle[] = bars.map(({ at, open, high, low, close }) => ({ at, open, high, low, close }));
  const last = candles.at(-1);
  if (mark === null || last === undefined) return candles;
  const price = mark.current_price;
  const at = barAt(bars, mark.marked_at, stepS);
  const begins = Date.parse(String(last.at));
  if (at === null || at < begins) return candles;
  if (at > begins) return [...candles, { at: new Date(at).toISOString(), open: last.close, high: Math.max(last.close, price), low: Math.min(last.close, price), close: price }];
  return [...candles.slice(0, -1), { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price }];
}

/** Return the beginning of the bar that shows an instant: the last one not after it, else the first. */
function shownAt(bars: readonly Bar[], at: string): string | null {
  const instant = Date.parse(at);
  return (bars.findLast((bar) => Date.parse(bar.at) <= instant) ?? bars[0])?.at ?? null;
}

/** What happened, on the contract: its fills. On the underlying: also the signal, with no prices of the contract. */
export function markersOf(markers: readonly Marker[], bars: readonly Bar[], on: "contract" | "underlying"): ChartMarker[] {
  return markers.flatMap((marker) => {
    const at = shownAt(bars, marker.at);
    const drawn = at === null ? null : drawnOf(marker, on);
    return at === null || drawn === null ? [] : [{ at, ...drawn }];
  });
}

function drawnOf({ kind, what, price, quantity }: Marker, on: "contract" | "underlying"): Omit<ChartMarker, "at"> | null {
  if (kind === "signal") {
    return on === "underlying" ? { text: `signal: ${what}`, position: "above", shape: "circle", tone: "series-3" } : null;
  }
  if (kind !== "fill") return null;
  const isEntry = what === "buy_to_open";
  // the entry's price stands at its line
  const said = `${isEntry ? "bought" : "sold"} ${quantity ?? ""}${on === "contract" && !isEntry ? ` at ${money(price)}` : ""}`;
  return {
    text: isEntry ? said : `${said}: ${exitName(what)}`,
    position: isEntry ? "below" : "above",
    shape: isEntry ? "up" : "down",
    tone: isEntry ? "series-1" : "series-2",
  };
}

interface Prices {
  entry_price: number;
  exit_price?: number | null;
}

/** Entry, exit and armed levels as lines of the contract's price. */
export function contractLines(position: Prices, levels: Levels): PriceLine[] {
  const exit = position.exit_price ?? null;
  return [
    { price: position.entry_price, title: "entry", tone: "series-1" },
    ...(exit === null ? [] : [{ price: exit, title: "exit", tone: "series-2" } as const]),
    ...levels.map((level) => lineOf(level, level.price, "")),
  ];
}

const FAR = 4;

/**
 * Return about where the underlying calls the levels, as lines. One that is further away than several times what the
 * bars span is left out: it would press the bars flat, and its price stands in the table.
 */
export function underlyingLines(levels: Levels, bars: readonly Bar[]): PriceLine[] {
  const low = Math.min(...bars.map((bar) => bar.low));
  const high = Math.max(...bars.map((bar) => bar.high));
  const span = high - low;
  return levels.flatMap((level) => {
    const price = level.underlying_price ?? null;
    if (price === null || price < low - FAR * span || price > high + FAR * span) return [];
    return [lineOf(level, price, "≈ ")];
  });
}

function lineOf(level: Levels[number], price: number, before: string): PriceLine {
  const tone = level.takes === "nothing" ? "warning" : level.side === "at_or_below" ? "loss" : "profit";
  return { price, title: `${before}${exitName(level.reason)}`, tone, isDashed: level.takes !== "all" || before !== "" };
}

/** Return the levels nearest to each side of a price: between them no rule fires. null: nothing on that side. */
export function quietBand(levels: readonly Pick<Levels[number], "side" | "price">[]): { low: number | null; high: number | null } {
  const of = (side: Levels[number]["side"]) => levels.filter((level) => level.side === side).map(({ price }) => price);
  const [below, above] = [of("at_or_below"), of("at_or_above")];
  return { low: below.length === 0 ? null : Math.max(...below), high: above.length === 0 ? null : Math.min(...above) };
}

