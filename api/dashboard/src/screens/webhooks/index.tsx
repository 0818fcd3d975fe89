import "@/screens/webhooks/webhooks.css";
import { ArrivedPanel } from "@/screens/webhooks/arrived-panel";
import { SetUpPanel } from "@/screens/webhooks/setup-panel";
import { TestPanel } from "@/screens/webhooks/test-panel";
import { Page } from "@/ui";

export default function Webhooks() {
  return (
    <Page title="Webhooks">
      <div className="columns">
        <div className="half">
          <SetUpPanel />
        </div>
        <div className="half">
          <TestPanel />
        </div>
      </div>
      <ArrivedPanel />
    </Page>
  );
}
