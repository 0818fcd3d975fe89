/** What a chart over time draws. Times are ISO 8601 or milliseconds; all are shown at the exchange's time. */

export type Tone = "series-1" | "series-2" | "series-3" | "series-4" | "profit" | "loss" | "warning" | "muted";

export interface Point {
  at: string | number;
  value: number;
}

export interface Candle {
  at: string | number;
  open: number;
  high: number;
  low: number;
  close: number;
}

export type ChartSeries =
  | { kind: "line" | "area" | "steps"; name: string; tone?: Tone; points: readonly Point[] }
  | { kind: "candles"; name: string; tone?: Tone; points: readonly Candle[] };

/** On the first series. */
export interface ChartMarker {
  at: string | number;
  text: string;
  position: "above" | "below";
  shape: "up" | "down" | "circle" | "square";
  tone?: Tone;
}

/** A level: an entry, a stop. On the first series. */
export interface PriceLine {
  price: number;
  title: string;
  tone?: Tone;
  isDashed?: boolean;
}

export interface Drawing {
  series: readonly ChartSeries[];
  markers?: readonly ChartMarker[];
  priceLines?: readonly PriceLine[];
  /** how a value is written */
  format?: (value: number) => string;
}

export function msOf(at: string | number): number {
  return typeof at === "number" ? at : Date.parse(at);
}
