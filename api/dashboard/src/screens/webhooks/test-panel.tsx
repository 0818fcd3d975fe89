import { useEffect, useState } from "react";
import { Link } from "wouter";
import { $api, api, queries } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { useLive } from "@/live";
import { stepsOf, type Sent, type Step } from "@/screens/webhooks/following";
import { Badge, Button, Panel, sayFailed, Select, TextField, useMay } from "@/ui";

type Direction = "long" | "short";

const LATE_MS = 10_000;
const DIRECTIONS = [
  { value: "long", title: "long" },
  { value: "short", title: "short" },
];
const TIMEFRAMES = ["1m", "3m", "5m", "15m", "30m", "1h", "4h", "1d"].map((value) => ({ value, title: value }));

/** Sends an alert by the front door, as any sender would, and follows what becomes of it. */
export function TestPanel() {
  const [symbol, setSymbol] = useState("SPY");
  const [direction, setDirection] = useState<Direction>("long");
  const [timeframe, setTimeframe] = useState("5m");
  const [price, setPrice] = useState("");
  const [confidence, setConfidence] = useState("");
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [sent, setSent] = useState<Sent | null>(null);
  const [isBusy, setBusy] = useState(false);
  const mayNot = useMay("trade");

  async function send(): Promise<void> {
    setBusy(true);
    setErrors({});
    setSent(null);
    try {
      const { data, error } = await api.POST("/webhook-endpoints/test", {
        body: {
          symbol: symbol.trim().toUpperCase(),
          direction,
          timeframe,
          ...(price.trim() === "" ? {} : { price: Number(price) }),
          ...(confidence.trim() === "" ? {} : { confidence: Number(confidence) }),
        },
      });
      if (data !== undefined) setSent(data);
      else {
        setErrors(fieldErrorsOf(error));
        if (Object.keys(fieldErrorsOf(error)).length === 0) sayFailed(error);
      }
    } catch (error) {
      sayFailed(problemOf(error));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ["get", "/webhook-events"] });
    }
  }

  return (
    <Panel title="Send a test alert">
      <div className="stack">
        <p className="muted">
          It comes in by the front door, is judged like any other, and is never traded at a broker; on the paper account it
          may open a position.
        </p>
        <form
          className="test-form"
          aria-label="Test alert"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (mayNot === null && !isBusy) void send();
          }}
        >
          <TextField
            label="Symbol"
            value={symbol}
            maxLength={20}
            error={errors.symbol}
            onChange={(event) => setSymbol(event.target.value)}
          />
          <Select
            label="Direction"
            value={direction}
            options={DIRECTIONS}
            error={errors.direction}
            onChoose={(value) => setDirection(value === "short" ? "short" : "long")}
          />
          <Select
            label="Timeframe"
            value={timeframe}
            options={TIMEFRAMES}
            error={errors.timeframe}
            onChoose={setTimeframe}
          />
          <TextField
            label="Price (dollars)"
            inputMode="decimal"
            placeholder="none"
            value={price}
            error={errors.price}
            onChange={(event) => setPrice(event.target.value)}
          />
          <TextField
            label="Confidence (0 to 100)"
            inputMode="decimal"
            placeholder="none"
            value={confidence}
            error={errors.confidence}
            onChange={(event) => setConfidence(event.target.value)}
          />
          <Button type="submit" tone="primary" disabledReason={mayNot ?? (isBusy ? "On its way …" : null)}>
            {isBusy ? "Sending …" : "Send it"}
          </Button>
        </form>
        {mayNot !== null && <p className="notice">{mayNot}</p>}
        {sent !== null && <Followed key={sent.request_id} sent={sent} />}
      </div>
    </Panel>
  );
}

function Followed({ sent }: { sent: Sent }) {
  const happenings = useLive((state) => state.happenings);
  const [isLate, setLate] = useState(false);
  const lineage = $api.useQuery(
    "get",
    "/signals/{signal_id}",
    { params: { path: { signal_id: sent.signal_id } } },
    { retry: false, staleTime: 0 },
  );
  const steps = stepsOf(sent, happenings, lineage.data ?? null);
  const isWaiting = steps.at(-1)?.state === "waits";
  useEffect(() => {
    const timer = window.setTimeout(() => setLate(true), LATE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className="stack" aria-live="polite">
      <h3>What becomes of it</h3>
      <ol className="steps">
        {steps.map((step) => (
          <OneStep key={step.name} step={step} />
        ))}
      </ol>
      {isWaiting && isLate && (
        <p className="notice">
          Nothing for a while: <Link href="/system">System</Link> shows who is behind,{" "}
          <Link href={`/decisions/${sent.signal_id}`}>the signal</Link> what it waits for.
        </p>
      )}
    </div>
  );
}

const STATES = {
  done: { tone: "good", sign: "✓" },
  bad: { tone: "bad", sign: "✕" },
  waits: { tone: "plain", sign: "…" },
} as const;

function OneStep({ step: { name, state, says, link } }: { step: Step }) {
  const { tone, sign } = STATES[state];
  return (
    <li className="row">
      <Badge tone={tone}>
        <span aria-hidden="true">{sign}</span> {name}
      </Badge>
      <span>{says}</span>
      {link !== undefined && <Link href={link.to}>{link.title}</Link>}
    </li>
  );
}
