/** Risk limits and exit rules: what each number is, within which bounds the API takes it, and what it does. Pure. */
import type { Schemas } from "@/api/client";
import { money, percent, quantity } from "@/ui/format";

export type Unit = "contracts" | "positions" | "dollars" | "percent" | "orders" | "hours" | "days" | "switch";

export interface Rule<Name extends string = string> {
  name: Name;
  label: string;
  unit: Unit;
  /** the least that is taken; with `isAbove` it has to be more */
  least: number;
  isAbove?: boolean;
  most?: number;
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
    least: 1,
    does: "A larger order is made smaller.",
  },
  {
    name: "max_open_positions",
    label: "Open positions",
    unit: "positions",
    least: 0,
    does: "At this number nothing more is opened.",
  },
  {
    name: "max_positions_per_symbol",
    label: "Positions of an underlying",
    unit: "positions",
    least: 0,
    does: "At this number nothing more is opened in that underlying.",
  },
  {
    name: "max_total_exposure",
    label: "Exposure",
    unit: "dollars",
    least: 0,
    does: "Held and reserved, at cost: an order that would carry it further is refused.",
  },
  {
    name: "max_exposure_percent",
    label: "Exposure of equity",
    unit: "percent",
    least: 0,
    most: 100,
    does: "The same, as a share of what the account is worth.",
  },
  {
    name: "max_daily_loss",
    label: "Loss of a day",
    unit: "dollars",
    least: 0,
    does: "Once the day has lost so much nothing is opened until the next one.",
  },
  {
    name: "max_daily_trades",
    label: "Entries of a day",
    unit: "orders",
    least: 0,
    does: "At this number nothing more is opened that day; 0 is no limit.",
  },
];

export const EXITS: readonly Rule<ExitRule>[] = [
  {
    name: "profit_target_percent",
    label: "Profit target",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 10_000,
    does: "Above the entry price by so much, a position is closed.",
  },
  {
    name: "stop_loss_percent",
    label: "Stop loss",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 100,
    does: "Below the entry price by so much, a position is closed.",
  },
  {
    name: "partial_profit_percent",
    label: "Partial profit",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 10_000,
    does: "Above the entry price by so much, a part is sold once.",
  },
  {
    name: "deep_loss_percent",
    label: "Deep loss",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 100,
    does: "Below the entry price by so much, a part is sold once.",
  },
  {
    name: "trailing_from_percent",
    label: "Trailing from",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 10_000,
    does: "Once a position has gained so much, a trailing stop follows its highest mark.",
  },
  {
    name: "trailing_distance_percent",
    label: "Trailing distance",
    unit: "percent",
    least: 0,
    isAbove: true,
    most: 100,
    does: "The trailing stop lies below the highest mark by so much of it.",
  },
  {
    name: "max_hold_time_hours",
    label: "Longest hold",
    unit: "hours",
    least: 1,
    most: 100_000,
    does: "A position held for longer is closed.",
  },
  {
    name: "min_dte_exit",
    label: "Days to expiration",
    unit: "days",
    least: 0,
    most: 365,
    does: "A contract that expires so soon is closed, and none that does is bought.",
  },
  {
    name: "decision_engine",
    label: "Exit engine",
    unit: "switch",
    least: 0,
    does: "Adds partial profits, the trailing stop, deep losses and nearness of expiration to the plain rules.",
  },
  {
    name: "exit_intelligence",
    label: "Exit intelligence",
    unit: "switch",
    least: 0,
    does: "Closes, reduces or tightens when the bias turns, loses confidence, or the market changes.",
  },
];

const WHOLE: readonly Unit[] = ["contracts", "positions", "orders", "hours", "days"];

export function isWhole(unit: Unit): boolean {
  return WHOLE.includes(unit);
}

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
export function boundsOf({ least, most, isAbove, unit }: Rule): string {
  if (unit === "switch") return "on or off";
  const low = isAbove === true ? `more than ${least}` : `${least}`;
  const range = most === undefined ? `${low} or more` : `${low} to ${quantity(most)}`;
  const bounds = isAbove === true && most === undefined ? low : range;
  return isWhole(unit) ? `${bounds}, whole` : bounds;
}
