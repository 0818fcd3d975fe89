import { useState } from "react";
import { $api, api, queries, type Schemas } from "@/api/client";
import { failureOf } from "@/screens/controls/tagged";
import { NewUser } from "@/screens/system/new-user";
import { Badge, Button, DataTable, Empty, Loaded, Panel, say, sayFailed, useConfirmed, useMay, useMe, When, type Column } from "@/ui";
import { NextPage } from "@/ui/next-page";
import { PAGED, rowsOf } from "@/ui/paging";

type User = Schemas["UserRow"];

const ROLES = ["viewer", "trader", "admin"] as const;

const COLUMNS: readonly Column<User>[] = [
  { id: "name", head: "user", cell: (row) => row.username, sort: (row) => row.username },
  { id: "role", head: "role", cell: (row) => <Role user={row} />, sort: (row) => row.role },
  { id: "account", head: "account", cell: (row) => row.account_id, sort: (row) => row.account_id },
  {
    id: "state",
    head: "state",
    cell: (row) => <Badge tone={row.is_disabled ? "bad" : "good"}>{row.is_disabled ? "disabled" : "may log in"}</Badge>,
  },
  { id: "made", head: "added", cell: (row) => <When at={row.created_at} />, sort: (row) => row.created_at },
  { id: "changed", head: "changed", cell: (row) => <When at={row.changed_at} />, sort: (row) => row.changed_at },
  { id: "turn", head: "change", cell: (row) => <Turn user={row} /> },
];

/** Who may log in, as what, and for which account. */
export function UsersTab() {
  const mayNot = useMay("administer");
  if (mayNot !== null) return <Empty title="Users are not shown to you.">{mayNot}</Empty>;
  return <Users />;
}

function Users() {
  const [isAdding, setAdding] = useState(false);
  const users = $api.useInfiniteQuery("get", "/users", { params: { query: { limit: 50 } } }, PAGED);
  return (
    <Panel title="Users" isFlush actions={<Button onClick={() => setAdding(true)}>Add a user</Button>}>
      <Loaded query={users} what="users">
        {(data) => (
          <DataTable
            caption="Users"
            columns={COLUMNS}
            rows={rowsOf(data, (row) => row.user_id)}
            rowKey={(row) => row.user_id}
            narrow="cards"
            empty={<Empty title="There are no users." />}
          />
        )}
      </Loaded>
      <NextPage query={users} what="users" />
      {isAdding && <NewUser onClose={() => setAdding(false)} />}
    </Panel>
  );
}

/** Change a user, asked before. Raises what went wrong. */
function useChange(): (user: User, body: Schemas["UserChange"], what: string, follows: string) => Promise<void> {
  const confirmed = useConfirmed();
  return async ({ user_id, username }, body, what, follows) => {
    const isSure = await confirmed({ title: `${username}: ${what}?`, consequences: [follows], action: "Change it" });
    if (!isSure) return;
    const { data, error } = await api.PATCH("/users/{user_id}", { params: { path: { user_id } }, body });
    if (data === undefined) throw failureOf(error);
    say(`${username}: ${what}.`);
    await queries.invalidateQueries();
  };
}

function Role({ user }: { user: User }) {
  const change = useChange();
  return (
    <select
      className="input role"
      aria-label={`Role of ${user.username}`}
      value={user.role}
      onChange={(event) => {
        const role = ROLES.find((name) => name === event.target.value);
        if (role === undefined) return;
        change(user, { role }, `${user.role} → ${role}`, "From its next request on.").catch(sayFailed);
      }}
    >
      {ROLES.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

function Turn({ user }: { user: User }) {
  const change = useChange();
  const me = useMe();
  const { is_disabled, username } = user;
  const what = is_disabled ? "enable" : "disable";
  const follows = is_disabled ? "It may log in again." : "Its sessions end at once.";
  return (
    <Button
      aria-label={`${what} ${username}`}
      disabledReason={username === me?.username ? "This is yourself." : null}
      onClick={() => void change(user, { is_disabled: !is_disabled }, what, follows).catch(sayFailed)}
    >
      {is_disabled ? "Enable" : "Disable"}
    </Button>
  );
}
