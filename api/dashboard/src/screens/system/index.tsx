import "@/screens/system/system.css";
import { useSearchParams } from "wouter";
import { AuditTab } from "@/screens/system/audit-tab";
import { KeysTab } from "@/screens/system/keys-tab";
import { LatenciesTab } from "@/screens/system/latencies-tab";
import { LettersTab } from "@/screens/system/letters-tab";
import { LineTab } from "@/screens/system/line-tab";
import { ReconciliationsTab } from "@/screens/system/reconciliations-tab";
import { UsersTab } from "@/screens/system/users-tab";
import { Page, Tabs } from "@/ui";

const TABS = [
  { name: "line", title: "Line", Shown: LineTab },
  { name: "latencies", title: "Latencies", Shown: LatenciesTab },
  { name: "letters", title: "Dead letters", Shown: LettersTab },
  { name: "broker", title: "Broker", Shown: ReconciliationsTab },
  { name: "audit", title: "Audit", Shown: AuditTab },
  { name: "users", title: "Users", Shown: UsersTab },
  { name: "keys", title: "API keys", Shown: KeysTab },
] as const;

/** The chosen tab stands in the address, so that it can be linked to and survives a reload. */
export default function System() {
  const [search, setSearch] = useSearchParams();
  const { name, Shown } = TABS.find((tab) => tab.name === search.get("tab")) ?? TABS[0];
  return (
    <Page title="System">
      <Tabs label="System" tabs={TABS} chosen={name} onChoose={(next) => setSearch({ tab: next }, { replace: true })}>
        <Shown />
      </Tabs>
    </Page>
  );
}
