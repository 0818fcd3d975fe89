/**
 * The kit: what screens are made of. Import from "@/ui" alone; look at src/screens/today for all of it in use.
 *
 * - Layout: <Page title actions> is the screen (its heading takes the focus); <div className="columns"> with children
 *   of class half, third, two-thirds, quarter; <Panel title actions isFlush>; <Stats label><Stat label note>.
 * - Data: const query = $api.useQuery("get", "/signals", { params: { query: {...} } }); <Loaded query={query}>{(data) =>
 *   ...}</Loaded> draws loading, failure with "try again", and data. <Empty title> says what to do when there is none.
 * - Live: useLive((state) => state.positions), useMark(positionId) from "@/live" inside the cell that shows the mark, so
 *   that the cell alone is drawn again. Queries of what an event changes are read again by themselves (@/live/queries).
 * - Tables: <DataTable caption columns rows rowKey to empty>; keep `columns` outside the component. Rows with `to` or
 *   `onOpen` answer to j, k, Enter. `data-search` on an input makes it what `/` goes to.
 * - Charts: <TimeChart label series markers priceLines>, <BarChart>, histogram(); each has its table. Keep `series`
 *   stable (useMemo): a new array is drawn anew.
 * - Acting: useMay("trade") is null or the reason why not, for `disabledReason` of Button, HoldButton, Check; await
 *   useConfirmed()({title, consequences, action}); useIntention() gives the Idempotency-Key; say(), sayFailed(error).
 * - Forms: TextField, TextArea, Select, Check, Field with error={fieldErrorsOf(error)["name"]} ("@/api/problem").
 * - Values: Money, Percent, Quantity (isChange: sign, arrow, colour), When (the exchange's time); as text in "@/ui/format".
 * - Styles of a screen of its own: a CSS file beside it, with the tokens of src/styles/tokens.css and no colours else.
 */
export { BarChart, histogram, type Bar } from "@/ui/bar-chart";
export { BarGauge } from "@/ui/bar-gauge";
export { Button } from "@/ui/button";
export type { Candle, ChartMarker, ChartSeries, Point, PriceLine } from "@/ui/chart-types";
export { classes } from "@/ui/classes";
export { useConfirmed, type Question } from "@/ui/confirm";
export { Dialog } from "@/ui/dialog";
export { Check, Field, Select, TextArea, TextField } from "@/ui/forms";
export { HoldButton } from "@/ui/hold-button";
export { useIntention } from "@/ui/intention";
export { Page } from "@/ui/page";
export { Badge, Pairs, Panel, Stat, Stats } from "@/ui/panel";
export { useMay, useMe } from "@/ui/may";
export { Empty, Failed, Loaded, Loading } from "@/ui/states";
export { DataTable, type Column } from "@/ui/table";
export { Choice, Tabs } from "@/ui/tabs";
export { TimeChart } from "@/ui/time-chart";
export { say, sayFailed } from "@/ui/toasts";
export { Money, Percent, Quantity, When } from "@/ui/values";
