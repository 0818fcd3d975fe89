import { $api, api, queries, type Schemas } from "@/api/client";
import { problemOf } from "@/api/problem";
import { doesOf, titleOf } from "@/screens/controls/flags";
import { failureOf } from "@/screens/controls/tagged";
import { Badge, Button, DataTable, Empty, Loaded, Panel, say, sayFailed, useConfirmed, useMay, When, type Column } from "@/ui";
import { when } from "@/ui/format";

type Flag = Schemas["FlagRow"];

const COLUMNS: readonly Column<Flag>[] = [
  { id: "flag", head: "flag", cell: (row) => <span title={row.flag}>{titleOf(row.flag)}</span>, sort: (row) => titleOf(row.flag) },
  {
    id: "state",
    head: "state",
    cell: (row) => <Badge tone={row.enabled ? "good" : "plain"}>{row.enabled ? "on" : "off"}</Badge>,
    sort: (row) => (row.enabled ? 1 : 0),
  },
  { id: "turn", head: "change", cell: (row) => <Turn flag={row} /> },
  { id: "does", head: "what it does", cell: (row) => doesOf(row.flag), isWide: true },
  { id: "by", head: "set by", cell: (row) => row.changed_by ?? "configuration", sort: (row) => row.changed_by ?? "" },
  { id: "at", head: "at", cell: (row) => <When at={row.changed_at} />, sort: (row) => row.changed_at ?? null, isEnd: true },
];

export function FlagsPanel() {
  const flags = $api.useQuery("get", "/feature-flags");
  return (
    <Panel title="Feature flags" isFlush>
      <Loaded query={flags} what="the flags">
        {({ items }) => (
          <DataTable
            caption="Feature flags"
            columns={COLUMNS}
            rows={items}
            rowKey={(row) => row.flag}
            narrow="cards"
            empty={<Empty title="There are no flags." />}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function Turn({ flag: { flag, enabled } }: { flag: Flag }) {
  const mayNot = useMay("administer");
  const confirmed = useConfirmed();
  const to = enabled ? "off" : "on";

  /** Turn it, unless somebody has done so since it was read: then it is told, and asked again. */
  async function turn(): Promise<void> {
    let news: string | null = null;
    for (;;) {
      const read = await api.GET("/controls/{name}", { params: { path: { name: `flag.${flag}` } } });
      if (read.data === undefined) throw failureOf(read.error);
      const isSure = await confirmed({
        title: `Turn ${titleOf(flag)} ${to}?`,
        consequences: [
          ...(news === null ? [] : [<strong key="news">{news}</strong>]),
          <strong key="change">{`${enabled ? "on" : "off"} → ${to}`}</strong>,
          doesOf(flag),
          "It concerns every account, from the next event on. Positions that are held stay.",
        ],
        action: `Turn it ${to}`,
      });
      if (!isSure) return;
      const etag = read.response.headers.get("ETag") ?? "*";
      const { data, error } = await api.PUT("/feature-flags/{flag}", {
        params: { path: { flag }, header: { "If-Match": etag } },
        body: { enabled: !enabled },
      });
      if (data !== undefined) break;
      if (problemOf(error).status !== 412) throw failureOf(error);
      news = await newsOf(flag);
    }
    say(`${titleOf(flag)} is ${to}.`);
    await queries.invalidateQueries();
  }

  return (
    <Button
      disabledReason={mayNot}
      aria-label={`Turn ${to}: ${titleOf(flag)}`}
      onClick={() => {
        turn().catch(sayFailed);
      }}
    >
      Turn {to}
    </Button>
  );
}

async function newsOf(flag: string): Promise<string> {
  const { data } = await api.GET("/controls/{name}", { params: { path: { name: `flag.${flag}` } } });
  const state = data?.value?.enabled === true ? "on" : "off";
  return `${data?.changed_by ?? "Somebody"} has just set it ${state}, ${when(data?.changed_at)}.`;
}
