import { useState } from "react";
import { api, queries, type Schemas } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { CopyButton } from "@/screens/webhooks/copy-button";
import { Button, Check, Dialog, Field, sayFailed, TextField } from "@/ui";

export function NewKey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [mayTrade, setMayTrade] = useState(false);
  const [expires, setExpires] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [made, setMade] = useState<Schemas["KeyMade"] | null>(null);
  const errors = fieldErrorsOf(error);

  async function make(): Promise<void> {
    const answer = await api.POST("/api-keys", {
      body: {
        name,
        permissions: mayTrade ? ["read", "trade"] : ["read"],
        ...(expires === "" ? {} : { expires_at: new Date(expires).toISOString() }),
      },
    });
    if (answer.data === undefined) {
      setError(answer.error);
      return;
    }
    setMade(answer.data);
    await queries.invalidateQueries();
  }

  if (made !== null) {
    return (
      <Dialog title={`The key ${made.name}`} onClose={onClose}>
        <p className="notice">This is shown once, now. Keep it where the program finds it.</p>
        <pre className="letter" role="region" aria-label="The key">
          {made.key}
        </pre>
        <div className="row">
          <CopyButton what="the key" text={made.key} />
          <Button onClick={onClose}>I have kept it</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Make a key" onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          make().catch(sayFailed);
        }}
      >
        <TextField
          label="Name of the service"
          value={name}
          data-first=""
          maxLength={64}
          error={errors.name}
          onChange={(event) => setName(event.target.value)}
        />
        <Check label="It may trade; else it only reads" isChecked={mayTrade} onChange={setMayTrade} />
        <Field label="Expires (your own clock; empty: never)" error={errors.expires_at}>
          {(wired) => (
            <input
              {...wired}
              className="input"
              type="datetime-local"
              value={expires}
              onChange={(event) => setExpires(event.target.value)}
            />
          )}
        </Field>
        {error !== null && Object.keys(errors).length === 0 && <p className="notice is-bad">{problemOf(error).detail}</p>}
        <div className="row">
          <Button type="submit" tone="primary">
            Make it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
