import { useState } from "react";
import { api, keyOf, queries, type Schemas } from "@/api/client";
import { fieldErrorsOf, problemOf, type Problem } from "@/api/problem";
import { useMark } from "@/live";
import { Badge, Button, Choice, Dialog, Money, Pairs, Quantity, TextField, useIntention, useMay, When } from "@/ui";
import { money, words } from "@/ui/format";
import { contractsIn, expectedOf, progressOf } from "./closing";
import { contractName } from "./contract";

type Detail = Schemas["PositionDetail"];

interface CloseDialogProps {
  /** as it is now: read again as its orders go on */
  position: Detail;
  onClose: () => void;
}

/** Closes all of a position, or some of it, after telling what that would come to; then says how far it has come. */
export function CloseDialog({ position, onClose }: CloseDialogProps) {
  const mayNotTrade = useMay("trade");
  const [share, setShare] = useState<"all" | "part">("all");
  const [text, setText] = useState("1");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [accepted, setAccepted] = useState<Schemas["ClosingAccepted"] | null>(null);
  const intention = useIntention();
  const mark = useMark(position.position_id);
  const part = share === "all" ? { contracts: position.quantity, wrong: null } : contractsIn(text, position.quantity);
  const expected = expectedOf(position, part.contracts ?? 0, mark?.current_price ?? null);
  const whyNot = isBusy ? "On its way …" : (mayNotTrade ?? part.wrong);

  async function close(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const { data, error } = await api.POST("/orders/positions/{position_id}/close", {
        params: { path: { position_id: position.position_id }, header: { "Idempotency-Key": intention.key } },
        body: { quantity: share === "all" ? null : part.contracts },
      });
      if (data === undefined) setProblem(problemOf(error));
      else setAccepted(data);
    } catch (failure) {
      // the answer may be lost and the request kept: the same key asks for the same thing again
      setProblem(problemOf(failure));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: keyOf("/positions/{position_id}") });
    }
  }

  const another = () => intention.renew();

  return (
    <Dialog title={`Close ${contractName(position)}`} onClose={onClose}>
      {accepted !== null ? (
        <Followed position={position} accepted={accepted} onClose={onClose} />
      ) : (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (whyNot === null) void close();
          }}
        >
          <Choice
            label="How much"
            options={[
              { name: "all", title: `All ${position.quantity}` },
              { name: "part", title: "A part" },
            ]}
            chosen={share}
            onChoose={(name) => {
              setShare(name);
              another();
            }}
          />
          {share === "part" && (
            <TextField
              label="Contracts"
              inputMode="numeric"
              value={text}
              error={part.wrong ?? (problem === null ? null : fieldErrorsOf(problem).quantity)}
              onChange={(event) => {
                setText(event.target.value);
                another();
              }}
            />
          )}
          <Pairs>
            <dt>Expected price</dt>
            <dd>{expected.price === null ? "no quote: it fills at the next one" : <Money value={expected.price} />}</dd>
            <dt>Proceeds</dt>
            <dd>
              <Money value={expected.proceeds} />
            </dd>
            <dt>Expected P&L</dt>
            <dd>
              <Money value={expected.pnl} isChange /> <span className="muted">before commission</span>
            </dd>
            {position.closing !== null && position.closing !== undefined && (
              <>
                <dt>Quote</dt>
                <dd>
                  {money(position.closing.bid)} bid, {money(position.closing.ask)} ask at <When at={position.closing.quoted_at} />
                </dd>
              </>
            )}
          </Pairs>
          <p className="muted">The order is sent at once and cannot be cancelled: exits go on until they are filled.</p>
          {problem !== null && <Refused problem={problem} />}
          <div className="row">
            <Button type="submit" tone="danger" disabledReason={whyNot}>
              {part.contracts === null || share === "all" ? "Close all of it" : `Sell ${part.contracts}`}
            </Button>
            <Button onClick={onClose}>Cancel</Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

const ADVICE: Readonly<Record<number, string>> = {
  0: "Try again: sent twice it closes once.",
  403: "Your role may look, not trade.",
  404: "It is closed already, or was never yours.",
  409: "Nothing more is needed: its exit is on its way.",
  422: "Choose fewer contracts.",
  503: "Nothing was asked for. Try again in a moment.",
};

/** Why nothing was sold, in the API's words, and what to do. */
export function Refused({ problem, advice = ADVICE }: { problem: Problem; advice?: Readonly<Record<number, string>> }) {
  const errors = problem.errors ?? [];
  return (
    <div className="notice is-bad" role="alert">
      <strong>{problem.title}.</strong> {problem.detail}
      {errors.map(({ field, message }) => (
        <div key={field}>
          {words(field)} {message}
        </div>
      ))}
      {advice[problem.status] !== undefined && <div className="muted">{advice[problem.status]}</div>}
    </div>
  );
}

const STEPS = {
  asked: "Asked for: the position's book orders it out …",
  working: "The order works …",
  done: "Done.",
  failed: "The order came to nothing; the book tries again while the position is closing.",
} as const;

interface FollowedProps extends CloseDialogProps {
  accepted: Schemas["ClosingAccepted"];
}

function Followed({ position, accepted, onClose }: FollowedProps) {
  const { step, sold, order } = progressOf(position, accepted);
  return (
    <div className="stack">
      <p aria-live="assertive">
        <strong>{STEPS[step]}</strong>
      </p>
      <Pairs>
        <dt>Asked</dt>
        <dd>
          {accepted.quantity} contracts at <When at={accepted.requested_at} />
        </dd>
        <dt>Order</dt>
        <dd>
          {order === null ? "–" : <Badge>{words(order.status)}</Badge>} {order?.failure_reason ?? ""}
        </dd>
        <dt>Sold</dt>
        <dd>
          <Quantity value={sold} /> of <Quantity value={accepted.quantity} />
        </dd>
        {position.status === "closed" && (
          <>
            <dt>Exit price</dt>
            <dd>
              <Money value={position.exit_price} />
            </dd>
            <dt>P&L</dt>
            <dd>
              <Money value={position.realized_pnl} isChange />
            </dd>
          </>
        )}
      </Pairs>
      <div className="row">
        <Button tone="primary" onClick={onClose}>
          {step === "done" ? "Done" : "Go on in the background"}
        </Button>
      </div>
    </div>
  );
}
