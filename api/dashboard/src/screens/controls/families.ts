/** What tells the two families of rules apart. */
import { ENABLED } from "@/screens/controls/draft";
import { EXITS, LIMITS, type Rule } from "@/screens/controls/rules";
import type { Family } from "@/screens/controls/tagged";

interface FamilyForm {
  title: string;
  rules: readonly Rule[];
  /** the switch of the whole set */
  enabled: Rule;
  /** what is in force while it is off: what lies under it, or its numbers all the same */
  whenOff: "under" | "kept";
}

export const FAMILIES: Record<Family, FamilyForm> = {
  risk_limits: {
    title: "Risk limits",
    rules: LIMITS,
    enabled: {
      name: ENABLED,
      label: "Limits block entries",
      unit: "switch",
      does: "Off, limits on positions, exposure and the day block nothing; the kill switch and the portfolio guard do.",
    },
    whenOff: "kept",
  },
  exit_rules: {
    title: "Exit rules",
    rules: EXITS,
    enabled: {
      name: ENABLED,
      label: "These rules apply",
      unit: "switch",
      does: "Off, it is as if they had not been written: what lies under them is in force.",
    },
    whenOff: "under",
  },
};
