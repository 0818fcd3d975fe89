import { $api } from "@/api/client";
import { Loaded, Page, Panel } from "@/ui";

export default function AB() {
  const compared = $api.useQuery("get", "/experiments/compare");
  return (
    <Page title="A/B">
      <Panel title="Engine against engine">
        <Loaded query={compared} what="the comparison">
          {({ verdict, pairs }) => (
            <p>
              {verdict} · {pairs} pairs
            </p>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}
