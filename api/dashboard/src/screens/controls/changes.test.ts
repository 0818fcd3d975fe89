import { describe, expect, it } from "vitest";
import { controlOf, linesOf } from "@/screens/controls/changes";

describe("a change of a control", () => {
  it("tells old and new of what differs, with units", () => {
    const value = { enabled: true, stop_loss_percent: "30", min_dte_exit: 2 };
    const was = { enabled: true, stop_loss_percent: 50.5, exit_intelligence: false };
    expect(linesOf({ name: "exit_rules.default", value, was })).toEqual([
      "stop loss: 50.5 % → 30 %",
      "exit intelligence: off → not set",
      "days to expiration: not set → 2 days",
    ]);
  });

  it("is named as people name it", () => {
    expect(["exit_rules.SPY", "risk_limits.default", "kill_switch", "flag.enable_variant_b", "tuning"].map(controlOf)).toEqual([
      "exit rules, SPY",
      "risk limits, all",
      "kill switch, all accounts",
      "flag, variant b",
      "tuning",
    ]);
  });
});
