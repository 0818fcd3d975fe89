/** The periods that figures are asked for. */
import type { Schemas } from "@/api/client";

export type Period = Schemas["PerformanceSummary"]["period"];

export const PERIODS = [
  { name: "1D", title: "1D" },
  { name: "1W", title: "1W" },
  { name: "1M", title: "1M" },
  { name: "3M", title: "3M" },
  { name: "6M", title: "6M" },
  { name: "1Y", title: "1Y" },
  { name: "ALL", title: "All" },
] as const satisfies readonly { name: Period; title: string }[];
