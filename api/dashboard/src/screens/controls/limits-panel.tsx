import { useState } from "react";
import { $api } from "@/api/client";
import { RulesForm } from "@/screens/controls/rules-form";
import { LIMITS, written } from "@/screens/controls/rules";
import { useRules } from "@/screens/controls/tagged";
import { Choice, Loaded, Panel, useMay, useMe } from "@/ui";

const WHOSE = [
  { name: "own", title: "This account" },
  { name: "all", title: "All accounts" },
] as const;

const CONCERNS = {
  own: ["It concerns this account's next entries. What is held stays: a limit closes nothing."],
  all: ["It concerns the next entries of every account without a value of its own. What is held stays."],
};

/** Risk limits, of this account and of all. */
export function LimitsPanel() {
  const [whose, setWhose] = useState<"own" | "all">("own");
  const account = useMe()?.account_id ?? null;
  return (
    <Panel title="Risk limits" actions={<Choice label="Whose limits" options={WHOSE} chosen={whose} onChoose={setWhose} />}>
      {(whose === "all" || account !== null) && (
        <Limits key={whose} whose={whose} account={whose === "all" ? null : account} />
      )}
    </Panel>
  );
}

function Limits({ whose, account }: { whose: "own" | "all"; account: string | null }) {
  const rules = useRules("risk_limits", account);
  const everyones = useRules("risk_limits", null);
  const risk = $api.useQuery("get", "/risk");
  const mayTrade = useMay("trade");
  const mayAdminister = useMay("administer");
  const used = new Map(
    (whose === "all" ? [] : (risk.data?.limits ?? [])).flatMap(({ limit, symbol, used: value }) => {
      const rule = symbol === null ? LIMITS.find(({ name }) => name === limit) : undefined;
      return rule === undefined || value === null ? [] : [[limit, `${written(rule.unit, value)} used`]];
    }),
  );
  return (
    <Loaded query={everyones} what="the limits of all accounts">
      {(all) => (
        <Loaded query={rules} what="the limits">
          {(found) => (
            <RulesForm
              family="risk_limits"
              of={account}
              found={found}
              under={whose === "all" ? found.rules.configured : all.rules.in_force}
              used={used}
              concerns={CONCERNS[whose]}
              mayNot={whose === "all" ? mayAdminister : mayTrade}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}
