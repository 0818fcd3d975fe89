/** What is shown, as CSV files. */
import { api, type Schemas } from "@/api/client";
import type { Asked } from "@/screens/performance/asked";
import { csvOf, keep, type Cell } from "@/screens/performance/csv";
import type { Summary } from "@/screens/performance/curve";
import { sayFailed } from "@/ui";
import { day } from "@/ui/format";

export function nameOf(what: string, { period, isShadow, symbol }: Asked, until: string): string {
  const of = [isShadow ? "shadow" : "account", symbol?.toLowerCase(), period.toLowerCase(), day(until)];
  return `tapestream-${what}-${of.filter(Boolean).join("-")}.csv`;
}

export function daysCsv(summary: Summary): string {
  const rows = summary.days.map((row) => [row.day, row.trades, row.pnl, row.return_percent, row.equity]);
  return csvOf(["day", "trades", "pnl", "return_percent", "equity"], rows);
}

const HEADS = [
  "by",
  "name",
  "trades",
  "wins",
  "pnl",
  "win_rate",
  "average_win",
  "average_loss",
  "largest_win",
  "largest_loss",
  "profit_factor",
  "expectancy",
] as const;

/** Return the figures of all trades and of each group; what is not defined is empty. */
export function figuresCsv(summary: Summary): string {
  const groups = [
    ["engine", summary.by_engine],
    ["symbol", summary.by_symbol],
    ["regime", summary.by_regime],
    ["hour", summary.by_hour],
  ] as const;
  return csvOf(HEADS, [
    figures("all", "all", summary.total),
    ...groups.flatMap(([by, rows]) => rows.map((row) => figures(by, row.name, row))),
  ]);
}

function figures(by: string, name: string, row: Schemas["SummaryRow"]): Cell[] {
  const told = [row.win_rate, row.average_win, row.average_loss, row.largest_win, row.largest_loss, row.profit_factor, row.expectancy];
  return [by, name, row.trades, row.wins, row.pnl, ...told.map(({ value }) => value)];
}

/** Have the period's closed trades kept as a file: the API writes it, all of them. */
export async function keepTrades(asked: Asked, summary: Summary): Promise<void> {
  const { since, until } = summary;
  // the summary counts what closed at its end, a list what closed before it
  const end = new Date(Date.parse(until) + 1).toISOString();
  const query = { is_shadow: asked.isShadow, symbol: asked.symbol, since, until: end };
  try {
    const { data, error } = await api.GET("/trades", {
      params: { query },
      headers: { Accept: "text/csv" },
      parseAs: "blob",
    });
    if (data === undefined) sayFailed(error);
    else keep(nameOf("trades", asked, until), data);
  } catch (error) {
    sayFailed(error);
  }
}
