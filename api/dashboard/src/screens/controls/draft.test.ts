import { describe, expect, it } from "vitest";
import { checked, chosen, conflicts, differences, draftOf, resulting } from "@/screens/controls/draft";
import { boundsOf, EXITS, LIMITS, written, type Bounds } from "@/screens/controls/rules";

const ANY: Bounds = { minimum: 0, maximum: null, is_above_minimum: false, is_whole: false };
const SHARE: Bounds = { ...ANY, maximum: 100 };
const GAIN: Bounds = { ...ANY, maximum: 10_000, is_above_minimum: true };
const BOUNDS = {
  stop_loss_percent: { ...GAIN, maximum: 100 },
  profit_target_percent: GAIN,
  min_dte_exit: { ...ANY, maximum: 365, is_whole: true },
  max_hold_time_hours: { minimum: 1, maximum: 100_000, is_above_minimum: false, is_whole: true },
  max_daily_loss: ANY,
  max_exposure_percent: SHARE,
};
const NOTHING = draftOf(EXITS, null);

describe("a draft of rules", () => {
  it("sends what was typed, digit by digit, and leaves out what stays as it lies under it", () => {
    const { value, errors } = checked(EXITS, BOUNDS, {
      ...NOTHING,
      stop_loss_percent: " 30.10 ",
      min_dte_exit: "2",
      decision_engine: "off",
    });
    expect(errors).toEqual({});
    expect(value).toEqual({ enabled: true, stop_loss_percent: "30.10", min_dte_exit: 2, decision_engine: false });
  });

  it("names the field that the API would refuse, with its bounds", () => {
    const texts = { stop_loss_percent: "0", min_dte_exit: "1.5", profit_target_percent: "-3", max_hold_time_hours: "x" };
    const { value, errors } = checked(EXITS, BOUNDS, { ...NOTHING, ...texts });
    expect(value).toEqual({ enabled: true });
    expect(errors).toEqual({
      stop_loss_percent: "It has to be more than 0 to 100.",
      min_dte_exit: "It has to be 0 to 365, whole.",
      profit_target_percent: "It has to be more than 0 to 10,000.",
      max_hold_time_hours: "It has to be 1 to 100,000, whole.",
    });
    expect(checked(LIMITS, BOUNDS, { max_daily_loss: "0", max_exposure_percent: "101" }).errors).toEqual({
      max_exposure_percent: "It has to be 0 to 100.",
    });
  });

  it("is what the control says when nobody has typed anything", () => {
    const control = { enabled: false, stop_loss_percent: 0.1, exit_intelligence: true };
    const draft = draftOf(EXITS, control);
    expect(checked(EXITS, BOUNDS, draft).value).toEqual({ enabled: false, stop_loss_percent: "0.1", exit_intelligence: true });
  });
});

describe("what a change comes to", () => {
  const under = { stop_loss_percent: 50, profit_target_percent: 100, decision_engine: true, max_daily_loss: 500 };

  it("tells old and new in force, with units, for what differs alone", () => {
    const after = resulting(EXITS, { enabled: true, stop_loss_percent: "30.5", decision_engine: false }, under, "under");
    expect(differences(EXITS, under, after).map(({ name, from, to }) => [name, from, to])).toEqual([
      ["stop_loss_percent", "50 %", "30.5 %"],
      ["decision_engine", "on", "off"],
    ]);
  });

  it("is nothing where exit rules are put out of force, while limits keep their numbers", () => {
    const off = { enabled: false, stop_loss_percent: "30" };
    expect(differences(EXITS, under, resulting(EXITS, off, under, "under"))).toEqual([]);
    const kept = resulting(LIMITS, { enabled: false, max_daily_loss: "100" }, under, "kept");
    expect(kept).toMatchObject({ enabled: false, max_daily_loss: 100 });
  });

  it("says that there is no limit, and one of a kind", () => {
    expect([written("positions", null), written("positions", 1), written("dollars", 1_000)]).toEqual([
      "no limit",
      "1 position",
      "$1,000",
    ]);
  });

  it("says what is taken", () => {
    const all = [ANY, SHARE, GAIN, { ...ANY, minimum: 1, is_whole: true }, { ...GAIN, maximum: null }];
    expect(all.map(boundsOf)).toEqual(["0 or more", "0 to 100", "more than 0 to 10,000", "1 or more, whole", "more than 0"]);
    const below = { minimum: null, maximum: -5, is_above_minimum: false, is_whole: true };
    expect([boundsOf(below), boundsOf({ ...below, maximum: null })]).toEqual(["at most \u22125, whole", "any number, whole"]);
  });
});

describe("two people at the same rules", () => {
  const base = draftOf(EXITS, { stop_loss_percent: 50, profit_target_percent: 100 });
  const mine = { ...base, stop_loss_percent: "30", min_dte_exit: "2" };
  const theirs = { ...base, stop_loss_percent: "40", profit_target_percent: "80" };

  it("are shown both where they differ, the likelier chosen", () => {
    const found = conflicts(EXITS, base, mine, theirs).map(({ name, likely }) => [name, likely]);
    expect(found).toEqual([
      ["profit_target_percent", "theirs"],
      ["stop_loss_percent", "theirs"],
      ["min_dte_exit", "mine"],
    ]);
  });

  it("come to what was chosen, field by field", () => {
    const merged = chosen(mine, theirs, { stop_loss_percent: "mine", min_dte_exit: "theirs" });
    expect(merged).toMatchObject({ stop_loss_percent: "30", profit_target_percent: "80", min_dte_exit: "", enabled: "on" });
  });
});
