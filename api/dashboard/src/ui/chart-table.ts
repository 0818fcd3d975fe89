/** The data of a chart as a table: a row for each time, newest first. Pure. */
import { msOf, type Drawing } from "@/ui/chart-types";
import { quantity, when } from "@/ui/format";
import type { Column } from "@/ui/table";

export interface ChartRow {
  at: number;
  /** by series; a candle as its four prices */
  texts: Readonly<Record<string, string>>;
  marks: readonly string[];
}

export function tableOf({ series, markers = [], format = (value) => quantity(value, { digits: 2 }) }: Drawing): {
  columns: Column<ChartRow>[];
  rows: ChartRow[];
} {
  const found = new Map<number, { texts: Record<string, string>; marks: string[] }>();
  const at = (time: string | number) => {
    const ms = msOf(time);
    const row = found.get(ms) ?? { texts: {}, marks: [] };
    found.set(ms, row);
    return row;
  };
  for (const one of series) {
    if (one.kind === "candles") {
      for (const { at: time, open, high, low, close } of one.points) {
        at(time).texts[one.name] = [open, high, low, close].map(format).join(" / ");
      }
    } else {
      for (const { at: time, value } of one.points) at(time).texts[one.name] = format(value);
    }
  }
  for (const { at: time, text } of markers) at(time).marks.push(text);
  const rows = [...found].map(([ms, row]) => ({ at: ms, ...row })).sort((a, b) => b.at - a.at);
  const columns: Column<ChartRow>[] = [
    { id: "at", head: "time", cell: (row) => when(row.at) },
    ...series.map(({ name, kind }) => ({
      id: name,
      head: kind === "candles" ? `${name} (open / high / low / close)` : name,
      cell: (row: ChartRow) => row.texts[name] ?? "–",
      isEnd: true,
    })),
  ];
  if (markers.length > 0) columns.push({ id: "marks", head: "what happened", cell: (row) => row.marks.join(", ") });
  return { columns, rows };
}
