import { Choice, Select, TextField } from "@/ui";
import type { OrderForm } from "./order-form";

interface ContractFieldsProps {
  form: OrderForm;
  errors: Readonly<Record<string, string | undefined>>;
  onChange: (fields: Partial<OrderForm>) => void;
}

/** The contract that is to be bought: by its parts, or by its symbol. */
export function ContractFields({ form, errors, onChange }: ContractFieldsProps) {
  return (
    <>
      <Choice
        label="The contract"
        options={[
          { name: "parts", title: "By its parts" },
          { name: "symbol", title: "By its symbol" },
        ]}
        chosen={form.by}
        onChoose={(by) => onChange({ by })}
      />
      {form.by === "symbol" ? (
        <TextField
          label="OCC symbol"
          value={form.option_symbol}
          error={errors.option_symbol}
          placeholder="SPY260220C00596000"
          maxLength={24}
          onChange={(event) => onChange({ option_symbol: event.target.value })}
        />
      ) : (
        <div className="order-fields">
          <TextField
            label="Underlying"
            value={form.symbol}
            error={errors.symbol}
            placeholder="SPX"
            maxLength={20}
            onChange={(event) => onChange({ symbol: event.target.value })}
          />
          <Select
            label="Type"
            value={form.type}
            options={[
              { value: "call", title: "Call" },
              { value: "put", title: "Put" },
            ]}
            onChoose={(value) => onChange({ type: value === "put" ? "put" : "call" })}
          />
          <TextField
            label="Expiration"
            type="date"
            value={form.expiration}
            error={errors.expiration}
            onChange={(event) => onChange({ expiration: event.target.value })}
          />
          <TextField
            label="Strike"
            inputMode="decimal"
            value={form.strike}
            error={errors.strike}
            placeholder="3700"
            onChange={(event) => onChange({ strike: event.target.value })}
          />
        </div>
      )}
    </>
  );
}
