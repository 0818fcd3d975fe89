import { Suspense, useEffect, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { queries } from "@/api/client";
import { session } from "@/api/session";
import { KillSwitchDialog } from "@/kill-switch/dialog";
import { startLive } from "@/live";
import { screens } from "@/screens";
import { FirstVisit } from "@/shell/first-visit";
import { HelpDialog } from "@/shell/help";
import { useKeys } from "@/shell/keyboard";
import { LinkBanner } from "@/shell/link-banner";
import { LogIn } from "@/shell/log-in";
import { Navigation } from "@/shell/navigation";
import { NotFound } from "@/shell/not-found";
import { SearchDialog } from "@/shell/search";
import { ScreenBoundary } from "@/shell/screen-boundary";
import { TopBar } from "@/shell/top-bar";
import { useStore } from "@/store";
import { ConfirmProvider } from "@/ui/confirm";
import { Toasts } from "@/ui/toasts";

export type Opened = "help" | "search" | "kill-switch" | null;

/** The page: the log-in while nobody is logged in, at whatever address, so that one is back there afterwards. */
export function App() {
  const token = useStore(session, ({ token: found }) => found);
  useEffect(() => {
    if (token === null) {
      // what another user may not see must not be there when that user comes
      queries.clear();
      return undefined;
    }
    return startLive(token);
  }, [token]);
  return token === null ? <LogIn /> : <Shell />;
}

function Shell() {
  const [opened, setOpened] = useState<Opened>(null);
  const [location] = useLocation();
  useKeys(setOpened);
  useEffect(() => {
    // newer browsers return a promise from it, which is no way to end an effect
    window.scrollTo(0, 0);
  }, [location]);
  const close = () => setOpened(null);
  return (
    <ConfirmProvider>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="shell">
        <TopBar onOpen={setOpened} />
        <Navigation />
        <main className="main" id="main" tabIndex={-1}>
          <LinkBanner />
          <FirstVisit />
          <ScreenBoundary key={location}>
            <Suspense fallback={<div className="state">Loading …</div>}>
              <Switch>
                {screens.flatMap(({ paths, Screen }) =>
                  paths.map((path) => <Route key={path} path={path} component={Screen} />),
                )}
                <Route component={NotFound} />
              </Switch>
            </Suspense>
          </ScreenBoundary>
        </main>
      </div>
      {opened === "help" && <HelpDialog onClose={close} />}
      {opened === "search" && <SearchDialog onClose={close} />}
      {opened === "kill-switch" && <KillSwitchDialog onClose={close} />}
      <Toasts />
    </ConfirmProvider>
  );
}
