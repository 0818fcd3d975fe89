import { useState } from "react";
import { api, keyOf, queries, type Schemas } from "@/api/client";
import { fieldErrorsOf, problemOf, type Problem } from "@/api/problem";
import { useLive } from "@/live";
import { Button, Choice, Dialog, Money, Pairs, Select, TextField, useIntention, useMay } from "@/ui";
import { Refused } from "./close-dialog";
import { contractName } from "./contract";
import { ContractFields } from "./order-contract";
import { costOf, EMPTY, orderOf, type OrderForm } from "./order-form";
import { OrderOutcome } from "./order-outcome";

/** Asks for an order by hand, and follows what became of it: it passes the same gates as the engines' orders do. */
export function OrderDialog({ onClose }: { onClose: () => void }) {
  const mayNotTrade = useMay("trade");
  const [form, setForm] = useState(EMPTY);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [accepted, setAccepted] = useState<Schemas["OrderAccepted"] | null>(null);
  const intention = useIntention();
  const positions = useLive((state) => state.positions);
  const found = orderOf(form);
  const blamed = problem === null ? {} : fieldErrorsOf(problem);
  const errors = { ...(isTried ? (found.wrong ?? {}) : {}), ...blamed };
  const isBuying = form.side === "buy_to_open";

  function change(fields: Partial<OrderForm>): void {
    setForm({ ...form, ...fields });
    setProblem(null);
    intention.renew();
  }

  async function send(): Promise<void> {
    setTried(true);
    if (found.order === null || mayNotTrade !== null || isBusy) return;
    setBusy(true);
    setProblem(null);
    try {
      const { data, error } = await api.POST("/orders", {
        params: { header: { "Idempotency-Key": intention.key } },
        body: found.order,
      });
      if (data === undefined) setProblem(problemOf(error));
      else setAccepted(data);
    } catch (failure) {
      setProblem(problemOf(failure));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: keyOf("/orders/active") });
    }
  }

  if (accepted !== null) {
    return (
      <Dialog title="New order" onClose={onClose}>
        <OrderOutcome
          id={accepted.order_request_id}
          onClose={onClose}
          onAnother={() => {
            setAccepted(null);
            intention.renew();
          }}
        />
      </Dialog>
    );
  }
  return (
    <Dialog title="New order" onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Choice
          label="Side"
          options={[
            { name: "buy_to_open", title: "Buy to open" },
            { name: "sell_to_close", title: "Sell to close" },
          ]}
          chosen={form.side}
          onChoose={(side) => change({ side, quantity: side === "buy_to_open" ? "1" : "" })}
        />
        {isBuying ? (
          <ContractFields form={form} errors={errors} onChange={change} />
        ) : (
          <Select
            label="Position"
            value={form.position_id}
            error={errors.position_id}
            options={[
              { value: "", title: positions.size === 0 ? "Nothing is held" : "Choose" },
              ...[...positions.values()].map((row) => ({
                value: row.position_id,
                title: `${contractName(row)} · ${row.quantity} held`,
              })),
            ]}
            onChoose={(position_id) => change({ position_id })}
          />
        )}
        <div className="order-fields">
          <TextField
            label="Contracts"
            inputMode="numeric"
            value={form.quantity}
            error={errors.quantity}
            placeholder={isBuying ? undefined : "all"}
            onChange={(event) => change({ quantity: event.target.value })}
          />
          {isBuying && (
            <>
              <Select
                label="Price"
                value={form.pricing}
                options={[
                  { value: "limit", title: "Limit" },
                  { value: "market", title: "At the market" },
                ]}
                onChoose={(value) => change({ pricing: value === "market" ? "market" : "limit" })}
              />
              {form.pricing === "limit" && (
                <TextField
                  label="Limit, $ a share"
                  inputMode="decimal"
                  value={form.limit_price}
                  error={errors.limit_price}
                  placeholder="4.50"
                  onChange={(event) => change({ limit_price: event.target.value })}
                />
              )}
            </>
          )}
        </div>
        {isBuying && (
          <Pairs>
            <dt>Cost at the limit</dt>
            <dd>
              <Money value={costOf(form)} /> <span className="muted">before commission; it is also the most that can be lost</span>
            </dd>
          </Pairs>
        )}
        <p className="muted">
          {isBuying
            ? "It passes the same gates as the engines' orders: kill switch, limits, exposure, buying power, market hours. Its exits are armed when it fills."
            : "It is sent at once at a price of its own, and cannot be cancelled."}
        </p>
        {problem !== null && <Refused problem={problem} advice={ADVICE} />}
        <div className="row">
          <Button type="submit" tone="primary" disabledReason={isBusy ? "On its way …" : mayNotTrade}>
            {isBuying ? "Place the order" : "Sell"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}

const ADVICE: Readonly<Record<number, string>> = {
  0: "Try again: sent twice it orders once.",
  403: "Your role may look, not trade.",
  404: "It is closed already.",
  409: "Nothing more is needed: it is on its way.",
  422: "Correct what is named, and send it again.",
  503: "Nothing was ordered. Try again in a moment.",
};
