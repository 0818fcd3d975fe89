/** What each feature flag does, in a sentence. */
const DOES: Readonly<Record<string, string>> = {
  enable_variant_b: "Engine B judges every signal too, on the same context.",
  enable_orb_specialist: "The opening-range agent takes part in engine B.",
  enable_strat_specialist: "The Strat agent takes part in engine B.",
  enable_ttm_specialist: "The squeeze agent takes part in engine B.",
  enable_satyland_subagent: "The Satyland agent takes part in engine B.",
  enable_shadow_execution: "The engine that does not trade makes shadow trades.",
  enable_dual_paper_trading: "Both engines trade, each with the whole capital.",
  enable_confluence_gate: "Too little agreement between sources blocks an entry.",
  enable_confluence_sizing: "Agreement between sources scales the size of an entry.",
  enable_portfolio_guard: "The portfolio guard may reduce or block an entry.",
  enable_dealer_gex: "Dealers' gamma exposure takes part in a decision.",
  require_mtf_bias_for_entry: "Without a fresh bias over several timeframes nothing is opened.",
  position_replacement_enabled: "A full account closes a weaker position for a better signal.",
  enable_adaptive_tuner: "The tuner moves thresholds within its bounds by what trades have shown.",
};

export function doesOf(flag: string): string {
  return DOES[flag] ?? "";
}

/** Return a flag's name as people say it: `enable_variant_b` is "variant b". */
export function titleOf(flag: string): string {
  return flag.replace(/^enable_/, "").replace(/_enabled$/, "").replaceAll("_", " ");
}
