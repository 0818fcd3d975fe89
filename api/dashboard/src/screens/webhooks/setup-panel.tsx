import { useState } from "react";
import { $api } from "@/api/client";
import { CopyButton } from "@/screens/webhooks/copy-button";
import { directed, hidden, isDirected, NEEDS, whyUnreached, type Direction, type Endpoint } from "@/screens/webhooks/setup";
import { Badge, Choice, Empty, Loaded, Panel } from "@/ui";

const DIRECTIONS = [
  { name: "long", title: "long" },
  { name: "short", title: "short" },
] as const;

/** Where alerts go and what to paste into a sender. Secrets are covered until one asks for them. */
export function SetUpPanel() {
  const endpoints = $api.useQuery("get", "/webhook-endpoints");
  const [chosen, setChosen] = useState("TradingView");
  const [isShown, setShown] = useState(false);
  return (
    <Panel
      title="Set a sender up"
      actions={
        endpoints.data?.shows_secrets === true && (
          <button type="button" className="tab" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? "Cover the secrets" : "Show the secrets"}
          </button>
        )
      }
    >
      <Loaded query={endpoints} what="where webhooks go">
        {({ items, shows_secrets }) => {
          const found = items.find(({ name }) => name === chosen) ?? items[0];
          if (found === undefined) {
            return (
              <Empty title="No webhook leads to this account.">
                Whoever configures the platform sets WEBHOOK_TOKEN and WEBHOOK_URL_ID, or HMAC_SECRET, for it.
              </Empty>
            );
          }
          return (
            <div className="stack">
              <Choice
                label="Kind of sender"
                options={items.map(({ name }) => ({ name, title: name }))}
                chosen={found.name}
                onChoose={setChosen}
              />
              {!shows_secrets && (
                <p className="notice">Your role may look, not trade: … stands for each secret. A trader can copy them.</p>
              )}
              <OneEndpoint key={found.name} endpoint={found} isShown={isShown} />
            </div>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function OneEndpoint({ endpoint, isShown }: { endpoint: Endpoint; isShown: boolean }) {
  const [direction, setDirection] = useState<Direction>("long");
  const full = { ...endpoint, message: directed(endpoint.message, direction) };
  const seen = isShown ? full : hidden(full);
  const unreached = endpoint.needs === "token" ? whyUnreached(endpoint.url) : null;
  return (
    <div className="stack">
      <p>
        <Badge tone={endpoint.needs === "nothing" ? "warning" : "accent"}>{endpoint.kind}</Badge> needs{" "}
        {NEEDS[endpoint.needs]} · {endpoint.says}
      </p>
      {unreached !== null && <p className="notice">{unreached}</p>}
      <Pasted what="the address" title="1. The address, as its webhook URL" text={seen.url} copied={full.url} />
      <Pasted
        what="the message"
        title={isDirected(endpoint.message) ? `2. The message, for ${direction}` : "2. The message"}
        text={seen.message}
        copied={full.message}
      >
        {isDirected(endpoint.message) && (
          <Choice label="Direction" options={DIRECTIONS} chosen={direction} onChoose={setDirection} />
        )}
      </Pasted>
      {endpoint.name === "TradingView" && (
        <p className="muted">
          In TradingView: a chart, Alert, once per bar close, Notifications, Webhook URL; then the message. It fills in
          what stands in double braces. Webhooks there need two-factor authentication.
        </p>
      )}
    </div>
  );
}

interface PastedProps {
  what: string;
  title: string;
  text: string;
  /** with its secrets */
  copied: string;
  children?: React.ReactNode;
}

function Pasted({ what, title, text, copied, children }: PastedProps) {
  return (
    <div className="stack">
      <div className="row">
        <h3>{title}</h3>
        {children}
        <CopyButton what={what} text={copied} />
      </div>
      <pre className="pasted" role="region" aria-label={title}>
        {text}
      </pre>
    </div>
  );
}
