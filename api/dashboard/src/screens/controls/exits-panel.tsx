import { useState } from "react";
import { $api } from "@/api/client";
import { useLive } from "@/live";
import { RulesForm } from "@/screens/controls/rules-form";
import { useRules } from "@/screens/controls/tagged";
import { Button, Loaded, Panel, Select, TextField, useMay } from "@/ui";

const NONE: ReadonlyMap<string, string> = new Map();
const FAMILY = "exit_rules.";

/** Exit rules, of all underlyings and of one. */
export function ExitsPanel() {
  const [symbol, setSymbol] = useState("");
  const [typed, setTyped] = useState("");
  const controls = $api.useQuery("get", "/controls");
  const own = (controls.data?.items ?? [])
    .map(({ name }) => (name.startsWith(FAMILY) ? name.slice(FAMILY.length) : "default"))
    .filter((name) => name !== "default");
  const symbols = [...new Set([...own, symbol].filter(Boolean))].sort();
  const isSymbol = /^[A-Za-z0-9][A-Za-z0-9._^!&-]{0,19}$/.test(typed);
  const choose = () => {
    if (!isSymbol) return;
    setSymbol(typed.toUpperCase());
    setTyped("");
  };
  return (
    <Panel title="Exit rules">
      <div className="filters exits-of">
        <Select
          label="Of which underlying"
          value={symbol}
          options={[
            { value: "", title: "All underlyings" },
            ...symbols.map((name) => ({ value: name, title: own.includes(name) ? `${name} (own rules)` : name })),
          ]}
          onChoose={setSymbol}
        />
        <TextField
          label="Another underlying"
          value={typed}
          maxLength={20}
          placeholder="SPY"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") choose();
          }}
        />
        <Button disabledReason={isSymbol ? null : "Type a symbol first."} onClick={choose}>
          Show its rules
        </Button>
      </div>
      <Exits key={symbol} symbol={symbol === "" ? null : symbol} />
    </Panel>
  );
}

function Exits({ symbol }: { symbol: string | null }) {
  const rules = useRules("exit_rules", symbol);
  const everyones = useRules("exit_rules", null);
  const mayNot = useMay("trade");
  const open = useLive((state) => {
    const all = [...state.positions.values()];
    return (symbol === null ? all : all.filter((position) => position.symbol === symbol)).length;
  });
  const positions = open === 1 ? "1 open position goes" : `${open} open positions go`;
  const whose = symbol === null ? "Underlyings with rules of their own keep those." : "They come before the rules of all.";
  return (
    <Loaded query={everyones} what="the exit rules of all underlyings">
      {(all) => (
        <Loaded query={rules} what="the exit rules">
          {(found) => (
            <RulesForm
              family="exit_rules"
              of={symbol}
              found={found}
              under={symbol === null ? found.rules.configured : all.rules.in_force}
              used={NONE}
              concerns={[`${positions} by them from the next tick on: one may be closed at once.`, whose]}
              mayNot={mayNot}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}
