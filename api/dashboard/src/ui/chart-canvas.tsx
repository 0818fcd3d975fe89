import {
  AreaSeries,
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  LineType,
  type AutoscaleInfo,
  type IChartApi,
  type ISeriesApi,
  type SeriesMarker,
  type SeriesType,
  type Time,
} from "lightweight-charts";
import { useEffect, useEffectEvent, useRef } from "react";
import { dataOf, tailOf, timeOf, type Drawn } from "@/ui/chart-data";
import type { ChartMarker, ChartSeries, Drawing, Tone } from "@/ui/chart-types";
import { clock, day, quantity, when } from "@/ui/format";
import { useTheme } from "@/ui/theme";

type Colour = (name: Tone | "text" | "line" | "surface") => string;
const SHAPES = { up: "arrowUp", down: "arrowDown", circle: "circle", square: "square" } as const;

/** The canvas of a `TimeChart`: it goes on with new points, and fits its width until somebody has chosen a span. */
export default function ChartCanvas({ label, height, ...drawing }: Drawing & { label: string; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<Made | null>(null);
  const shape = drawing.series.map(({ name, kind }) => `${kind} ${name}`).join("|");
  const theme = useTheme();
  const make = useEffectEvent((inside: HTMLElement, gone: AbortSignal) => madeIn(inside, drawing, gone));

  useEffect(() => {
    if (box.current === null) return undefined;
    const gone = new AbortController();
    const own = make(box.current, gone.signal);
    made.current = own;
    const watch = new ResizeObserver(() => fitted(own));
    watch.observe(box.current);
    return () => {
      watch.disconnect();
      gone.abort();
      made.current = null;
      own.chart.remove();
    };
  }, [shape, theme, height]);

  useEffect(() => {
    const own = made.current;
    if (own === null) return;
    let isOther = false;
    for (const [number, one] of drawing.series.entries()) {
      const after = dataOf(one);
      const before = own.drawn[number] ?? [];
      const tail = tailOf(before, after);
      if (tail === null) own.series[number]?.setData(after);
      else for (const point of tail) own.series[number]?.update(point);
      isOther ||= tail === null || after.length !== before.length;
      own.drawn[number] = after;
    }
    if (isOther) fitted(own);
  }, [drawing.series, shape, theme, height]);

  useEffect(() => {
    const own = made.current;
    const first = own?.series[0];
    if (box.current === null || own === null || first === undefined) return undefined;
    const colour = colours(box.current);
    // a level that is drawn is to be seen, however far from the data
    const levels = (drawing.priceLines ?? []).map(({ price }) => price);
    first.applyOptions({ autoscaleInfoProvider: (base: () => AutoscaleInfo | null) => widened(base(), levels) });
    const lines = (drawing.priceLines ?? []).map(({ price, title, tone = "muted", isDashed = false }) =>
      first.createPriceLine({
        price,
        title,
        color: colour(tone),
        lineStyle: isDashed ? LineStyle.Dashed : LineStyle.Solid,
        lineWidth: 1,
      }),
    );
    const marks = createSeriesMarkers(first, (drawing.markers ?? []).map((marker) => markerOf(marker, colour)));
    return () => {
      if (made.current !== own) return;
      marks.detach();
      for (const line of lines) first.removePriceLine(line);
    };
  }, [drawing.markers, drawing.priceLines, shape, theme, height]);

  return <div ref={box} style={{ height }} role="img" aria-label={`${label}: a chart; its table is beside it`} />;
}

interface Made {
  chart: IChartApi;
  series: ISeriesApi<SeriesType>[];
  /** by series, what it shows */
  drawn: Drawn[][];
  /** somebody has moved or zoomed it */
  isChosen: boolean;
}

function madeIn(box: HTMLElement, drawing: Drawing, signal: AbortSignal): Made {
  const colour = colours(box);
  const chart = createChart(box, optionsOf(colour, drawing.format));
  const series = drawing.series.map((one) => added(chart, one, colour));
  const made: Made = { chart, series, drawn: [], isChosen: false };
  const choose = () => {
    made.isChosen = true;
  };
  box.addEventListener("wheel", choose, { passive: true, signal });
  box.addEventListener("pointermove", ({ buttons }) => buttons !== 0 && choose(), { signal });
  return made;
}

function fitted({ chart, isChosen }: Made): void {
  if (!isChosen) chart.timeScale().fitContent();
}

function colours(box: HTMLElement): Colour {
  return (name) => {
    // a token may depend on the theme: what it has come to is what an element is drawn with
    box.style.color = `var(--${name})`;
    const found = getComputedStyle(box).color;
    box.style.removeProperty("color");
    return found;
  };
}

function optionsOf(colour: Colour, format: Drawing["format"]) {
  const line = colour("line");
  return {
    autoSize: true,
    layout: {
      background: { color: colour("surface") },
      textColor: colour("muted"),
      fontSize: 11,
      // its logo brings a style element, which the page's policy forbids: the notice below the chart links instead
      attributionLogo: false,
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    rightPriceScale: { borderColor: line },
    timeScale: {
      borderColor: line,
      timeVisible: true,
      secondsVisible: false,
      tickMarkFormatter: (time: Time, kind: number) => {
        const ms = Number(time) * 1000;
        return kind < 3 ? day(ms).slice(5) : clock(ms).slice(0, 5);
      },
    },
    localization: {
      timeFormatter: (time: Time) => when(Number(time) * 1000),
      priceFormatter: format ?? ((value: number) => quantity(value, { digits: 2 })),
    },
    handleScroll: { vertTouchDrag: false },
    crosshair: { vertLine: { color: colour("muted") }, horzLine: { color: colour("muted") } },
  };
}

function added(chart: IChartApi, { kind, tone = "series-1" }: ChartSeries, colour: Colour): ISeriesApi<SeriesType> {
  const color = colour(tone);
  switch (kind) {
    case "candles": {
      const [up, down] = [colour("profit"), colour("loss")];
      const sides = { borderUpColor: up, wickUpColor: up, borderDownColor: down, wickDownColor: down };
      // hollow when it rose: not by colour alone
      return chart.addSeries(CandlestickSeries, { upColor: colour("surface"), downColor: down, ...sides });
    }
    case "area": {
      const faded = color.replace("rgb(", "rgba(");
      const top = faded.replace(")", ", 0.22)");
      const bottom = faded.replace(")", ", 0.02)");
      return chart.addSeries(AreaSeries, { lineColor: color, topColor: top, bottomColor: bottom, lineWidth: 2 });
    }
    case "steps":
      return chart.addSeries(LineSeries, { color, lineWidth: 2, lineType: LineType.WithSteps });
    case "line":
      return chart.addSeries(LineSeries, { color, lineWidth: 2 });
  }
}

function widened(info: AutoscaleInfo | null, levels: readonly number[]): AutoscaleInfo | null {
  if (info?.priceRange == null || levels.length === 0) return info;
  const { minValue, maxValue } = info.priceRange;
  return { ...info, priceRange: { minValue: Math.min(minValue, ...levels), maxValue: Math.max(maxValue, ...levels) } };
}

function markerOf({ at, text, position, shape, tone = "series-2" }: ChartMarker, colour: Colour): SeriesMarker<Time> {
  const where = position === "above" ? "aboveBar" : "belowBar";
  return { time: timeOf(at), position: where, shape: SHAPES[shape], color: colour(tone), text };
}
