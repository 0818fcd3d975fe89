import { useMemo, useState } from "react";
import { counted, weeksOf, type Day, type Week } from "@/screens/performance/calendar";
import { ZeroBars } from "@/screens/performance/zero-bars";
import { Button, Choice, DataTable, Empty, Money, Panel, Percent, Quantity, type Column } from "@/ui";
import { ChartFrame } from "@/ui/chart-frame";
import { money, percent } from "@/ui/format";
import { shortMoney } from "@/ui/scale";

const COLUMNS: readonly Column<Day>[] = [
  { id: "day", head: "day", cell: (row) => row.day, sort: (row) => row.day },
  { id: "pnl", head: "P&L", cell: (row) => <Money value={row.pnl} isChange />, sort: (row) => row.pnl, isEnd: true },
  { id: "return", head: "return", cell: (row) => <Percent value={row.return_percent} digits={2} isChange />, sort: (row) => row.return_percent, isEnd: true },
  { id: "trades", head: "trades", cell: (row) => <Quantity value={row.trades} />, sort: (row) => row.trades, isEnd: true },
  { id: "equity", head: "equity", cell: (row) => <Money value={row.equity} />, sort: (row) => row.equity, isEnd: true },
];

const FORMS = [
  { name: "bars", title: "Bars" },
  { name: "calendar", title: "Calendar" },
] as const;

/** What each day returned: as bars, or as the weeks of a calendar. */
export function Days({ days, className, onKeep }: { days: readonly Day[]; className?: string; onKeep: () => void }) {
  const [form, setForm] = useState<(typeof FORMS)[number]["name"]>("bars");
  const { won, lost, best, worst } = useMemo(() => counted(days), [days]);
  const bars = useMemo(
    () =>
      days.map(({ day, pnl, trades, return_percent }) => ({
        id: day,
        label: day.slice(5),
        title: `${day}: ${money(pnl, { isSigned: true })}, ${percent(return_percent, { isSigned: true, digits: 2 })}, ${trades} trades`,
        value: pnl,
        isLoss: pnl < 0,
      })),
    [days],
  );
  const label = "P&L by day";
  return (
    <Panel
      title="Returns by day"
      className={className}
      actions={
        <>
          <Choice label="How days are shown" options={FORMS} chosen={form} onChoose={setForm} />
          <Button tone="quiet" onClick={onKeep} aria-label="Days as CSV">
            CSV
          </Button>
        </>
      }
    >
      {days.length === 0 ? (
        <Empty title="No session lies in this period.">Choose a longer one.</Empty>
      ) : (
        <div className="stack">
          <p className="row muted">
            <span>
              {won} won, {lost} lost, {days.length - won - lost} even
            </span>
            {best !== null && (
              <span>
                best {best.day} <Money value={best.pnl} isChange />
              </span>
            )}
            {worst !== null && worst !== best && (
              <span>
                worst {worst.day} <Money value={worst.pnl} isChange />
              </span>
            )}
          </p>
          {form === "calendar" ? (
            <Calendar weeks={weeksOf(days)} />
          ) : (
            <ChartFrame
              label={label}
              legend={<span>dollars a day, closed trades</span>}
              chart={<ZeroBars label={label} bars={bars} format={(value) => shortMoney(value)} height={300} />}
              table={<DataTable caption={label} columns={COLUMNS} rows={[...days].reverse()} rowKey={(row) => row.day} empty={null} maxHeight="300px" />}
            />
          )}
        </div>
      )}
    </Panel>
  );
}

const NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri"] as const;

function Calendar({ weeks }: { weeks: readonly Week[] }) {
  const most = Math.max(1, ...weeks.flatMap(({ days }) => days.map((day) => Math.abs(day?.pnl ?? 0))));
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
    <div className="table-frame calendar-frame" role="group" aria-label="P&L by day, a row a week" tabIndex={0}>
      <table className="calendar">
        <caption className="visually-hidden">P&L by day, a row a week</caption>
        <thead>
          <tr>
            {NAMES.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">Week</th>
          </tr>
        </thead>
        <tbody>
          {weeks.map(({ monday, days, pnl, trades }) => (
            <tr key={monday}>
              {days.map((day, place) => (
                <td key={NAMES[place]}>{day === null ? <span className="muted">–</span> : <Cell day={day} most={most} />}</td>
              ))}
              <td>
                <span className="muted">{trades} tr.</span>
                <Money value={pnl} isChange digits={0} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ day, most }: { day: Day; most: number }) {
  return (
    <>
      <span className="muted">{day.day.slice(5)}</span>
      {day.trades === 0 ? <span className="muted">no trade</span> : <Money value={day.pnl} isChange digits={0} />}
      <span className="cell-bar" aria-hidden="true">
        <span className={day.pnl < 0 ? "is-loss" : "is-profit"} style={{ width: `${(Math.abs(day.pnl) / most) * 100}%` }} />
      </span>
    </>
  );
}
