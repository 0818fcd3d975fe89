import { Link } from "wouter";
import { api } from "@/api/client";
import { end } from "@/api/session";
import { useLink, useLive, type LinkTold } from "@/live";
import type { Opened } from "@/shell/app";
import { Badge, Button, useMe } from "@/ui";
import { chooseTheme, useThemeChoice, type ThemeChoice } from "@/ui/theme";

export function TopBar({ onOpen }: { onOpen: (what: Opened) => void }) {
  const me = useMe();
  const isHalted = useLive((state) => state.risk?.halted ?? false);
  return (
    <header className="top">
      <Link href="/" className="brand">
        Tapestream
      </Link>
      {me !== undefined && (
        <>
          <span className="wide-only" title="Account">
            {me.account_id}
          </span>
          <Badge tone={me.environment === "live" ? "bad" : "accent"} title={TRADES[me.environment]}>
            {me.environment}
          </Badge>
        </>
      )}
      <LinkBadge />
      {isHalted && <Badge tone="bad">halted</Badge>}
      <div className="top-end">
        <Button tone="quiet" className="wide-only" aria-keyshortcuts="/" onClick={() => onOpen("search")}>
          Search <kbd>/</kbd>
        </Button>
        <Button tone="quiet" aria-label="Keys and help" title="Keys and help (?)" onClick={() => onOpen("help")}>
          ?
        </Button>
        <UserMenu />
        <Button tone="danger" aria-keyshortcuts="Shift+K" title="Kill switch (K)" onClick={() => onOpen("kill-switch")}>
          Kill<span className="wide-only"> switch</span>
        </Button>
      </div>
    </header>
  );
}

const TRADES = { live: "Orders are filled with real money", paper: "Orders are filled without real money" } as const;

const LINK = {
  live: { tone: "good", text: "live" },
  connecting: { tone: "plain", text: "connecting" },
  stale: { tone: "warning", text: "stale" },
  lost: { tone: "bad", text: "lost" },
} as const satisfies Record<LinkTold["state"], object>;

function LinkBadge() {
  const { state } = useLink();
  const { tone, text } = LINK[state];
  return (
    <Badge tone={tone} title="Connection to the platform">
      <span aria-hidden="true">{state === "live" ? "●" : "○"}</span> {text}
    </Badge>
  );
}

const THEMES: readonly { name: ThemeChoice; title: string }[] = [
  { name: "system", title: "As the system" },
  { name: "dark", title: "Dark" },
  { name: "light", title: "Light" },
];

function UserMenu() {
  const me = useMe();
  const chosen = useThemeChoice();
  return (
    <details className="menu">
      <summary className="button is-quiet" aria-label={`${me?.username ?? "User"}: user and theme`}>
        {me?.username ?? "User"}
      </summary>
      <div className="menu-list">
        {me !== undefined && (
          <p>
            {me.username} · {me.role}
            <br />
            <span className="muted">account {me.account_id}</span>
          </p>
        )}
        <fieldset className="theme">
          <legend>Theme</legend>
          {THEMES.map(({ name, title }) => (
            <label key={name} className="check">
              <input type="radio" name="theme" checked={name === chosen} onChange={() => chooseTheme(name)} />
              {title}
            </label>
          ))}
        </fieldset>
        <Button onClick={() => void logOut()}>Log out</Button>
      </div>
    </details>
  );
}

async function logOut(): Promise<void> {
  try {
    await api.POST("/auth/logout", { body: {} });
  } catch {
    // away: the session ends by itself, and this tab forgets it in any case
  }
  end(null);
}
