/** A set of rules while somebody edits it: as texts, checked, compared with what was there and what is there by now. Pure. */
import { boundsOf, written, type AllBounds, type Bounds, type Rule, type RuleValue } from "@/screens/controls/rules";

export type Values = Readonly<Record<string, RuleValue>>;
/** By rule, and `enabled`; empty: as what lies under it. Switches are "on" and "off". */
export type Draft = Readonly<Record<string, string>>;

export const ENABLED = "enabled";

/** Return a control's value as the form has it; null: nothing was changed. */
export function draftOf(rules: readonly Rule[], control: Values | null | undefined): Draft {
  const texts = rules.map(({ name }) => [name, textOf(control?.[name])] as const);
  return { ...Object.fromEntries(texts), [ENABLED]: control?.enabled === false ? "off" : "on" };
}

function textOf(value: RuleValue): string {
  if (value === null || value === undefined) return "";
  return typeof value === "boolean" ? (value ? "on" : "off") : String(value);
}

/** What is sent: figures as they were typed, so that none is changed by a binary fraction on its way. */
export type Sent = Record<string, string | number | boolean>;

export interface Checked {
  value: Sent;
  /** by rule: what is wrong */
  errors: Readonly<Record<string, string>>;
}

/** Return a draft as the API takes it, and what is wrong with it. */
export function checked(rules: readonly Rule[], bounds: AllBounds, draft: Draft): Checked {
  const value: Sent = { [ENABLED]: draft[ENABLED] !== "off" };
  const errors: Record<string, string> = {};
  for (const rule of rules) {
    const text = (draft[rule.name] ?? "").trim();
    if (text === "") continue;
    const within = bounds[rule.name];
    if (within === undefined) value[rule.name] = rule.unit === "switch" ? text === "on" : text;
    else if (isTaken(within, text)) value[rule.name] = within.is_whole ? Number(text) : text;
    else errors[rule.name] = `It has to be ${boundsOf(within)}.`;
  }
  return { value, errors };
}

function isTaken({ minimum, maximum, is_above_minimum, is_whole }: Bounds, text: string): boolean {
  if (!(is_whole ? /^-?\d{1,12}$/ : /^-?\d{1,12}(\.\d{1,6})?$/).test(text)) return false;
  const number = Number(text);
  if (minimum !== null && (is_above_minimum ? number <= minimum : number < minimum)) return false;
  return maximum === null || number <= maximum;
}

/** Return what comes to be in force when a value is laid over what lies under it. */
export function resulting(rules: readonly Rule[], value: Sent, under: Values, whenOff: "under" | "kept"): Values {
  const isOff = value[ENABLED] === false;
  const over = rules.map(({ name, unit }) => {
    const said = value[name];
    if (said === undefined || (isOff && whenOff === "under")) return [name, under[name]] as const;
    return [name, unit === "switch" ? said === true : Number(said)] as const;
  });
  return { ...Object.fromEntries(over), [ENABLED]: !isOff };
}

export interface Difference {
  name: string;
  label: string;
  from: string;
  to: string;
  does: string;
}

/** Return what differs between two sets in force, in the order of the rules. */
export function differences(rules: readonly Rule[], before: Values, after: Values): Difference[] {
  return rules.flatMap(({ name, label, unit, does }) => {
    const [from, to] = [written(unit, before[name]), written(unit, after[name])];
    return from === to ? [] : [{ name, label, from, to, does }];
  });
}

export type Side = "mine" | "theirs";

export interface Conflict {
  name: string;
  label: string;
  mine: string;
  theirs: string;
  /** whose is the likelier: of the one who changed it; theirs where both did */
  likely: Side;
}

/** Return where one's own draft and what somebody else has saved meanwhile differ. */
export function conflicts(rules: readonly Rule[], base: Draft, mine: Draft, theirs: Draft): Conflict[] {
  const all = [{ name: ENABLED, label: "In force" }, ...rules];
  return all.flatMap(({ name, label }) => {
    const [was, own, other] = [base[name] ?? "", (mine[name] ?? "").trim(), theirs[name] ?? ""];
    if (own === other) return [];
    return [{ name, label, mine: own, theirs: other, likely: other === was ? "mine" : "theirs" } satisfies Conflict];
  });
}

/** Return the draft that comes of what was chosen where the two differ. */
export function chosen(mine: Draft, theirs: Draft, sides: Readonly<Record<string, Side>>): Draft {
  return Object.fromEntries(
    Object.keys(theirs).map((name) => [name, (sides[name] === "mine" ? mine[name] : theirs[name]) ?? ""]),
  );
}
