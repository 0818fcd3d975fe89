import "@/screens/controls/controls.css";
import { ChangesPanel } from "@/screens/controls/changes-panel";
import { ExitsPanel } from "@/screens/controls/exits-panel";
import { FlagsPanel } from "@/screens/controls/flags-panel";
import { KillSwitchPanel } from "@/screens/controls/kill-switch-panel";
import { LimitsPanel } from "@/screens/controls/limits-panel";
import { Page } from "@/ui";

export default function Controls() {
  return (
    <Page title="Controls">
      <KillSwitchPanel />
      <div className="columns">
        <div className="half">
          <LimitsPanel />
        </div>
        <div className="half">
          <ExitsPanel />
        </div>
      </div>
      <FlagsPanel />
      <ChangesPanel />
    </Page>
  );
}
