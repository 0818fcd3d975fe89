/** Changes of controls, as a line each. Pure. */
import { EXITS, LIMITS, written, type Rule } from "@/screens/controls/rules";
import { titleOf } from "@/screens/controls/flags";
import { words } from "@/ui/format";

interface Change {
  name: string;
  value: Readonly<Record<string, unknown>>;
  was: Readonly<Record<string, unknown>> | null;
}

const FAMILY_TITLES: Readonly<Record<string, string>> = {
  exit_rules: "exit rules",
  risk_limits: "risk limits",
  kill_switch: "kill switch",
  flag: "flag",
  tuning: "tuning",
  pause: "pause",
};

/** Return a control's name in words: `exit_rules.SPY` is "exit rules, SPY". */
export function controlOf(name: string): string {
  const [family = "", ...rest] = name.split(".");
  const title = FAMILY_TITLES[family] ?? words(family);
  const of = rest.join(".");
  if (of === "") return family === "kill_switch" ? `${title}, all accounts` : title;
  if (family === "flag") return `${title}, ${titleOf(of)}`;
  return `${title}, ${of === "default" ? "all" : of}`;
}

/** Return what a change changed: a line for each field, old and new. */
export function linesOf({ name, value, was }: Change): string[] {
  const rules = new Map<string, Rule>((name.startsWith("exit_rules") ? EXITS : LIMITS).map((rule) => [rule.name, rule]));
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(value)])].filter((field) => field !== "reason");
  return fields.flatMap((field) => {
    const rule = rules.get(field);
    const [from, to] = [textOf(rule, was?.[field]), textOf(rule, value[field])];
    return from === to ? [] : [`${rule?.label.toLowerCase() ?? words(field)}: ${from} → ${to}`];
  });
}

function textOf(rule: Rule | undefined, value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  const number = typeof value === "string" ? Number(value) : value;
  if (rule !== undefined && typeof number === "number" && Number.isFinite(number)) return written(rule.unit, number);
  return typeof value === "string" ? value : JSON.stringify(value);
}
