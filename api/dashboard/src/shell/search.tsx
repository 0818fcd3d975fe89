import { useState } from "react";
import { Link } from "wouter";
import { Dialog, TextField } from "@/ui";
import { useLive } from "@/live";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Found {
  to: string;
  title: string;
}

/** Where a symbol, or the id of a position or a signal, leads. */
export function SearchDialog({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const positions = useLive((state) => state.positions);
  const wanted = text.trim();
  const found = ID.test(wanted) ? byId(wanted) : wanted === "" ? [] : bySymbol(wanted.toUpperCase());
  const held = [...positions.values()]
    .filter(({ symbol, option_symbol }) => wanted !== "" && `${symbol} ${option_symbol}`.includes(wanted.toUpperCase()))
    .slice(0, 8)
    .map(({ position_id, option_symbol }) => ({ to: `/positions/${position_id}`, title: `Position ${option_symbol}` }));
  return (
    <Dialog title="Search" onClose={onClose}>
      <TextField
        label="Symbol, contract, or the id of a position or a signal"
        value={text}
        data-first=""
        onChange={(event) => setText(event.target.value)}
      />
      <ul className="stack" aria-label="Found">
        {[...held, ...found].map(({ to, title }) => (
          <li key={to}>
            <Link href={to} onClick={onClose}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function byId(id: string): Found[] {
  return [
    { to: `/positions/${id}`, title: "The position of this id" },
    { to: `/decisions/${id}`, title: "Why: the signal of this id" },
  ];
}

function bySymbol(symbol: string): Found[] {
  const query = encodeURIComponent(symbol);
  return [
    { to: `/positions?symbol=${query}`, title: `Positions in ${symbol}` },
    { to: `/decisions?symbol=${query}`, title: `Signals in ${symbol}` },
    { to: `/market?symbol=${query}`, title: `The market of ${symbol}` },
  ];
}
