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
  type UTCTimestamp,
} from "lightweight-charts";
import { useEffect, useEffectEvent, useRef } from "react";
import { msOf, type ChartMarker, type ChartSeries, type Drawing, type Tone } from "@/ui/chart-types";
import { clock, day, quantity, when } from "@/ui/format";
import { useTheme } from "@/ui/theme";

type Colour = (name: Tone | "text" | "line" | "surface") => string;
const SHAPES = { up: "arrowUp", down: "arrowDown", circle: "circle", square: "square" } as const;

/** The canvas of a `TimeChart`: drawn anew when data or theme change, and fitted to its width. */
export default function ChartCanvas({ label, height, ...drawing }: Drawing & { label: string; height: number }) {
  const box = useRef<HTMLDivElement>(null);
  const made = useRef<IChartApi | null>(null);
  const shape = drawing.series.map(({ name, kind }) => `${kind} ${name}`).join("|");
  const series = useRef<ISeriesApi<SeriesType>[]>([]);
  const isFresh = useRef(true);
  const theme = useTheme();
  const make = useEffectEvent((inside: HTMLElement) => {
    const colour = colours(inside);
    const chart = createChart(inside, optionsOf(colour, drawing.format));
    series.current = drawing.series.map((one) => added(chart, one, colour));
    return chart;
  });

  useEffect(() => {
    if (box.current === null) return undefined;
    const chart = make(box.current);
    made.current = chart;
    isFresh.current = true;
    return () => {
      made.current = null;
      series.current = [];
      chart.remove();
    };
  }, [shape, theme, height]);

  useEffect(() => {
    if (box.current === null || made.current === null) return undefined;
    const colour = colours(box.current);
    drawing.series.forEach((one, number) => series.current[number]?.setData(dataOf(one)));
    const [first] = series.current;
    if (first === undefined) return undefined;
    // a level that is drawn is to be seen, however far from the data
    const levels = (drawing.priceLines ?? []).map(({ price }) => price);
    first.applyOptions({ autoscaleInfoProvider: (own: () => AutoscaleInfo | null) => widened(own(), levels) });
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
    // newer data leave the span that somebody has chosen
    if (isFresh.current) made.current.timeScale().fitContent();
    isFresh.current = false;
    return () => {
      if (made.current === null) return;
      marks.detach();
      for (const line of lines) first.removePriceLine(line);
    };
  }, [drawing.series, drawing.markers, drawing.priceLines, shape, theme, height]);

  return <div ref={box} style={{ height }} role="img" aria-label={`${label}: a chart; its table is beside it`} />;
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

const timeOf = (at: string | number) => Math.floor(msOf(at) / 1000) as UTCTimestamp;

/** Times rise and none is there twice: of two points in a second the later counts. */
function dataOf(series: ChartSeries) {
  const points = series.points.map(({ at, ...values }) => ({ time: timeOf(at), ...values }));
  const newest = new Map(points.map((point) => [point.time, point]));
  return [...newest.values()].sort((a, b) => a.time - b.time);
}

function markerOf({ at, text, position, shape, tone = "series-2" }: ChartMarker, colour: Colour): SeriesMarker<Time> {
  const where = position === "above" ? "aboveBar" : "belowBar";
  return { time: timeOf(at), position: where, shape: SHAPES[shape], color: colour(tone), text };
}
