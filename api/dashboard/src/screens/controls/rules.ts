/** Risk limits and exit rules: what each number is, and what it does; within which bounds it is taken the API says. Pure. */
import type { Schemas } from "@/api/client";
import { money, percent, quantity } from "@/ui/format";

export type Unit = "contracts" | "positions" | "dollars" | "percent" | "orders" | "hours" | "days" | "switch";

export type Bounds = Schemas["Bounds"];
/** by rule; a switch has none */
export type AllBounds = Readonly<Record<string, Bounds>>;

export interface Rule<Name extends string = string> {
  name: Name;
  label: string;
  unit: Unit;
  /** what it does, in a sentence */
  does: string;
}

type Limit = Exclude<keyof Schemas["RiskLimitsControl"], "enabled">;
type ExitRule = Exclude<keyof Schemas["ExitRulesControl"], "enabled">;

export const LIMITS: readonly Rule<Limit>[] = [
  {
    name: "max_position_size",
    label: "Contracts of an order",
    unit: "contracts",
    does: "A larger order is made smaller.",
  },
  {
    name: "max_open_positions",
    label: "Open positions",
    unit: "positions",
    does: "At this number nothing more is opened.",
  },
  {
    name: "max_positions_per_symbol",
    label: "Positions of an underlying",
    unit: "positions",
    does: "At this number nothing more is opened in that underlying.",
  },
  {
    name: "max_total_exposure",
    label: "Exposure",
    unit: "dollars",
    does: "Held and reserved, at cost: an order that would carry it further is refused.",
  },
  {
    name: "max_exposure_percent",
    label: "Exposure of equity",
    unit: "percent",
    does: "The same, as a share of what the account is worth.",
  },
  {
    name: "max_daily_loss",
    label: "Loss of a day",
    unit: "dollars",
    does: "Once the day has lost so much nothing is opened until the next one.",
  },
  {
    name: "max_daily_trades",
    label: "Entries of a day",
    unit: "orders",
    does: "At this number nothing more is opened that day; 0 is no limit.",
  },
];

export const EXITS: readonly Rule<ExitRule>[] = [
  {
    name: "profit_target_percent",
    label: "Profit target",
    unit: "percent",
    does: "Above the entry price by so much, a position is closed.",
  },
  {
    name: "stop_loss_percent",
    label: "Stop loss",
    unit: "percent",
    does: "Below the entry price by so much, a position is closed.",
  },
  {
    name: "partial_profit_percent",
    label: "Partial profit",
    unit: "percent",
    does: "Above the entry price by so much, a part is sold once.",
  },
  {
    name: "deep_loss_percent",
    label: "Deep loss",
    unit: "percent",
    does: "Below the entry price by so much, a part is sold once.",
  },
  {
    name: "trailing_from_percent",
    label: "Trailing from",
    unit: "percent",
    does: "Once a position has gained so much, a trailing stop follows its highest mark.",
  },
  {
    name: "trailing_distance_percent",
    label: "Trailing distance",
    unit: "percent",
    does: "The trailing stop lies below the highest mark by so much of it.",
  },
  {
    name: "max_hold_time_hours",
    label: "Longest hold",
    unit: "hours",
    does: "A position held for longer is closed.",
  },
  {
    name: "min_dte_exit",
    label: "Days to expiration",
    unit: "days",
    does: "A contract that expires so soon is closed, and none that does is bought.",
  },
  {
    name: "decision_engine",
    label: "Exit engine",
    unit: "switch",
    does: "Adds partial profits, the trailing stop, deep losses and nearness of expiration to the plain rules.",
  },
  {
    name: "exit_intelligence",
    label: "Exit intelligence",
    unit: "switch",
    does: "Closes, reduces or tightens when the bias turns, loses confidence, or the market changes.",
  },
];

export type RuleValue = number | boolean | null | undefined;

const NO_LIMIT = "no limit";

/** Return a value with its unit: `30.0 %`, `5 positions`. */
export function written(unit: Unit, value: RuleValue): string {
  if (value === null || value === undefined) return NO_LIMIT;
  if (typeof value === "boolean") return value ? "on" : "off";
  switch (unit) {
    case "dollars":
      return money(value, { digits: Number.isInteger(value) ? 0 : 2 });
    case "percent":
      return percent(value, { digits: decimalsOf(value) });
    case "orders":
      return value === 0 ? NO_LIMIT : `${quantity(value)} ${value === 1 ? "order" : "orders"}`;
    case "switch":
      return value === 0 ? "off" : "on";
    default:
      return `${quantity(value)} ${value === 1 ? unit.slice(0, -1) : unit}`;
  }
}

function decimalsOf(value: number): number {
  return Math.min(6, String(value).split(".")[1]?.length ?? 0);
}

/** Return what is taken, in words: `1 to 365, whole`. */
export function boundsOf({ minimum, maximum, is_above_minimum, is_whole }: Bounds): string {
  const whole = is_whole ? ", whole" : "";
  if (minimum === null) return (maximum === null ? "any number" : `at most ${quantity(maximum)}`) + whole;
  const low = is_above_minimum ? `more than ${quantity(minimum)}` : quantity(minimum);
  if (maximum !== null) return `${low} to ${quantity(maximum)}${whole}`;
  return (is_above_minimum ? low : `${low} or more`) + whole;
}
