import { useState } from "react";
import { $api, api } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { failureOf } from "@/screens/controls/tagged";
import { Button, Dialog, Loaded, Pairs, say, TextField, When } from "@/ui";

interface LetterDialogProps {
  id: string;
  onDealt: (id: string) => void;
  onClose: () => void;
}

/** A dead letter with its message, and what can be done with it. */
export function LetterDialog({ id, onDealt, onClose }: LetterDialogProps) {
  const letter = $api.useQuery("get", "/dead-letters/{dead_letter_id}", { params: { path: { dead_letter_id: id } } });
  return (
    <Dialog title="A dead letter" onClose={onClose}>
      <Loaded query={letter} what="the letter">
        {(found) => (
          <>
            <p className="notice is-bad">
              {found.reason}: {found.error}
            </p>
            <Pairs>
              <dt>At</dt>
              <dd>
                {found.topic}, partition {found.partition}, offset {found.offset}
              </dd>
              <dt>Reader</dt>
              <dd>
                {found.reader} {found.record === "" ? "" : `(${found.record})`}
              </dd>
              <dt>Written</dt>
              <dd>
                <When at={found.created_at} form="full" />
              </dd>
              <dt>Key</dt>
              <dd className="mono">{found.key ?? "none"}</dd>
              <dt>Status</dt>
              <dd>
                {found.status}, sent again {found.attempts} times
                {found.changed_by !== null && `, last by ${found.changed_by}`}
                {found.change_reason !== null && `: ${found.change_reason}`}
              </dd>
            </Pairs>
            <pre className="letter" role="region" aria-label="Its message">
              {found.value === null ? (found.value_base64 ?? "not kept here: see its offset") : JSON.stringify(found.value, null, 2)}
            </pre>
            {found.status === "open" && (
              <Dealing
                id={id}
                whyNot={found.cannot_be_redriven}
                onDone={() => {
                  onDealt(id);
                  onClose();
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

interface DealingProps {
  id: string;
  /** why it cannot be sent again */
  whyNot: string | null;
  onDone: () => void;
}

function Dealing({ id, whyNot, onDone }: DealingProps) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  const path = { dead_letter_id: id };
  const { reason: wrong } = fieldErrorsOf(error);

  function done(said: string): void {
    say(said);
    onDone();
  }

  async function redrive(): Promise<void> {
    const answer = await api.POST("/dead-letters/{dead_letter_id}/redrive", { params: { path } });
    if (answer.data === undefined) throw failureOf(answer.error);
    done("The letter was sent again.");
  }

  async function discard(): Promise<void> {
    const answer = await api.POST("/dead-letters/{dead_letter_id}/discard", {
      params: { path },
      body: { reason: reason.trim() },
    });
    if (answer.data === undefined) throw failureOf(answer.error);
    done("The letter was discarded: its message is not sent again.");
  }

  return (
    <>
      <div className="row">
        <Button tone="primary" disabledReason={whyNot} onClick={() => void redrive().catch(setError)}>
          Send it again
        </Button>
        {whyNot !== null && <span className="muted">{whyNot}</span>}
      </div>
      <TextField
        label="Or discard it for good, because"
        value={reason}
        maxLength={500}
        error={wrong}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="row">
        <Button
          tone="danger"
          disabledReason={reason.trim() === "" ? "Say why first." : null}
          onClick={() => void discard().catch(setError)}
        >
          Discard it
        </Button>
      </div>
      {error !== null && wrong === undefined && (
        <p className="notice is-bad" role="alert">
          {problemOf(error).detail}
        </p>
      )}
    </>
  );
}
