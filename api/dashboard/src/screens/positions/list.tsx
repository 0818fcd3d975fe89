import { useState } from "react";
import { useSearchParams } from "wouter";
import { Button, Page, Tabs, useMay } from "@/ui";
import { ClosedPositions } from "./closed";
import { OpenPositions } from "./open";
import { OrderDialog } from "./order-dialog";
import { WorkingOrders } from "./working-orders";

const TABS = [
  { name: "open", title: "Open" },
  { name: "closed", title: "Closed" },
] as const;

export function Positions() {
  const [search, setSearch] = useSearchParams();
  const [isOrdering, setOrdering] = useState(false);
  const mayNotTrade = useMay("trade");
  const chosen = search.get("tab") === "closed" ? "closed" : "open";
  return (
    <Page
      title="Positions"
      actions={
        <Button onClick={() => setOrdering(true)} disabledReason={mayNotTrade}>
          New order
        </Button>
      }
    >
      <Tabs
        label="Positions"
        tabs={TABS}
        chosen={chosen}
        onChoose={(name) => setSearch(name === "open" ? {} : { tab: name }, { replace: true })}
      >
        {chosen === "open" ? (
          <div className="stack">
            <OpenPositions />
            <WorkingOrders />
          </div>
        ) : (
          <ClosedPositions />
        )}
      </Tabs>
      {isOrdering && <OrderDialog onClose={() => setOrdering(false)} />}
    </Page>
  );
}
