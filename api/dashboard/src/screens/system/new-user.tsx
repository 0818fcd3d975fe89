import { useState } from "react";
import { api, queries } from "@/api/client";
import { fieldErrorsOf, problemOf } from "@/api/problem";
import { Button, Dialog, say, sayFailed, Select, TextField, useMe } from "@/ui";

const ROLES = [
  { value: "viewer", title: "viewer: looks" },
  { value: "trader", title: "trader: looks and trades" },
  { value: "admin", title: "admin: administers too" },
];

export function NewUser({ onClose }: { onClose: () => void }) {
  const me = useMe();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<"viewer" | "trader" | "admin">("viewer");
  const [account, setAccount] = useState(me?.account_id ?? "");
  const [error, setError] = useState<unknown>(null);
  const errors = fieldErrorsOf(error);

  async function add(): Promise<void> {
    const answer = await api.POST("/users", { body: { username, password, role, account_id: account } });
    if (answer.data === undefined) {
      setError(answer.error);
      return;
    }
    say(`${username} may log in.`);
    onClose();
    await queries.invalidateQueries();
  }

  return (
    <Dialog title="Add a user" onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          add().catch(sayFailed);
        }}
      >
        <TextField
          label="Name"
          hint="A letter or digit first, then also . _ @ + and -, 128 at most."
          value={username}
          error={errors.username}
          data-first=""
          onChange={(event) => setUsername(event.target.value)}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="You tell it to the user; of it a hash is kept alone."
          value={password}
          error={errors.password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Select
          label="Role"
          value={role}
          options={ROLES}
          error={errors.role}
          onChoose={(value) => setRole(value === "trader" || value === "admin" ? value : "viewer")}
        />
        <TextField
          label="Account"
          value={account}
          error={errors.account_id}
          onChange={(event) => setAccount(event.target.value)}
        />
        {error !== null && Object.keys(errors).length === 0 && <p className="notice is-bad">{problemOf(error).detail}</p>}
        <div className="row">
          <Button type="submit" tone="primary">
            Add the user
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
