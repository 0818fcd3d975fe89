import { useState, type KeyboardEvent } from "react";
import { $api } from "@/api/client";
import { Button, Field, Select, TextField } from "@/ui";
import { words } from "@/ui/format";
import { NAMES, type Filters } from "./filters";

const ANY = { value: "", title: "any" };
const DIRECTIONS = [ANY, { value: "long", title: "long" }, { value: "short", title: "short" }];
const STATUSES = [
  ANY,
  { value: "pending", title: "pending" },
  { value: "approved", title: "traded" },
  { value: "rejected", title: "refused" },
];
const ENGINES = [ANY, { value: "A", title: "A" }, { value: "B", title: "B" }];

interface NarrowingProps {
  filters: Filters;
  onChange: (name: keyof Filters, value: string) => void;
  onClear: () => void;
}

/** What the list is narrowed to. */
export function Narrowing({ filters, onChange, onClear }: NarrowingProps) {
  const refusals = $api.useQuery("get", "/signals/refusals");
  const known = refusals.data?.items ?? [];
  const gates = [
    ANY,
    ...known.map(({ gate, signals }) => ({ value: gate, title: `${words(gate)} (${signals})` })),
    ...(filters.gate === "" || known.some(({ gate }) => gate === filters.gate)
      ? []
      : [{ value: filters.gate, title: words(filters.gate) }]),
  ];
  const isNarrowed = NAMES.some((name) => filters[name] !== "");
  return (
    <div className="filters narrowing" role="search" aria-label="Signals">
      <Symbol key={filters.symbol} symbol={filters.symbol} onChange={(value) => onChange("symbol", value)} />
      <Select
        label="Direction"
        value={filters.direction}
        options={DIRECTIONS}
        onChoose={(value) => onChange("direction", value)}
      />
      <Select label="Status" value={filters.status} options={STATUSES} onChoose={(value) => onChange("status", value)} />
      <Select label="Engine" value={filters.engine} options={ENGINES} onChoose={(value) => onChange("engine", value)} />
      <Select label="Refused by gate" value={filters.gate} options={gates} onChoose={(value) => onChange("gate", value)} />
      <Day label="From day" value={filters.from} onChange={(value) => onChange("from", value)} />
      <Day label="To day" value={filters.to} onChange={(value) => onChange("to", value)} />
      {isNarrowed && <Button onClick={onClear}>Show all</Button>}
    </div>
  );
}

/** Asked for when it is whole: at Enter, or when one goes on. */
export function Symbol({ symbol, onChange }: { symbol: string; onChange: (value: string) => void }) {
  const [draft, setDraft] = useState(symbol);
  const done = () => onChange(draft.trim().toUpperCase());
  return (
    <TextField
      label="Symbol"
      data-search=""
      placeholder="any"
      value={draft}
      maxLength={20}
      pattern="[A-Za-z0-9.^\/_\-]{0,20}"
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Enter") done();
      }}
      onBlur={done}
    />
  );
}

export function Day({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Field label={label}>
      {(wired) => (
        <input {...wired} type="date" className="input" value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
