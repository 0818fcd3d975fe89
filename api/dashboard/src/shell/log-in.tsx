import { useState, type SubmitEvent } from "react";
import { api } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { begin, session } from "@/api/session";
import { useStore } from "@/store";
import { Button, TextField } from "@/ui";

export function LogIn() {
  const reason = useStore(session, (found) => found.reason);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const fields = fieldErrorsOf(error);

  async function logIn(event: SubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { username: text(form.get("username")), password: text(form.get("password")) };
    setBusy(true);
    try {
      const { data, error: refused } = await api.POST("/auth/login", { body });
      if (data === undefined) setError(refused);
      else begin(data.access_token);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="log-in">
      <form onSubmit={(event) => void logIn(event)}>
        <h1>Tapestream</h1>
        {reason !== null && <p role="status">{reason}</p>}
        <TextField label="Name" name="username" autoComplete="username" required error={fields.username} />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          error={fields.password}
        />
        {error !== null && (
          <p className="notice is-bad" role="alert">
            {problemOf(error).status === 401 ? "Name or password is wrong." : problemOf(error).detail}
          </p>
        )}
        <Button type="submit" tone="primary" disabledReason={isBusy ? "Logging in …" : null}>
          Log in
        </Button>
        <p className="muted">
          The first login was printed when the platform started, and stands in <code>endpoints.json</code> of its home.
        </p>
      </form>
    </main>
  );
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
