import { useId, useState } from "react";
import { ordered, symbolOf, type Underlying } from "@/screens/market/symbol";
import { Badge, Button, TextField } from "@/ui";

interface ChooserProps {
  items: readonly Underlying[];
  chosen: string | null;
  onChoose: (symbol: string) => void;
}

const SHOWN = 10;

/** Underlyings to choose from, those that are held first; any other by its name. */
export function Chooser({ items, chosen, onChoose }: ChooserProps) {
  const list = useId();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const all = ordered(items);
  const first = all.slice(0, SHOWN);
  return (
    <div className="market-chooser">
      <div className="tabs" role="group" aria-label="Underlying">
        {first.map(({ symbol, is_held, is_known }) => (
          <button key={symbol} type="button" className="tab" aria-pressed={symbol === chosen} onClick={() => onChoose(symbol)}>
            {symbol} {is_held && <Badge tone="accent">held</Badge>}
            {!is_known && <Badge title="Nothing has been heard of it yet">no data</Badge>}
          </button>
        ))}
        {chosen !== null && first.every(({ symbol }) => symbol !== chosen) && (
          <button type="button" className="tab" aria-pressed>
            {chosen}
          </button>
        )}
      </div>
      <form
        className="row"
        role="search"
        aria-label="Another underlying"
        onSubmit={(event) => {
          event.preventDefault();
          const symbol = symbolOf(typed);
          setError(symbol === null ? "Letters and digits, at most 20: SPY" : null);
          if (symbol === null) return;
          setTyped("");
          onChoose(symbol);
        }}
      >
        <TextField
          label="Symbol"
          value={typed}
          list={list}
          size={8}
          data-search=""
          error={error}
          onChange={(event) => setTyped(event.target.value)}
        />
        <datalist id={list}>
          {all.map(({ symbol }) => (
            <option key={symbol} value={symbol} />
          ))}
        </datalist>
        <Button type="submit">Show</Button>
      </form>
    </div>
  );
}
