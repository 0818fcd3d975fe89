import { useState } from "react";
import { Link } from "wouter";
import { Button } from "@/ui";

const NAME = "tapestream.welcomed";

export function FirstVisit() {
  const [isShown, setShown] = useState(() => localStorage.getItem(NAME) === null);
  if (!isShown) return null;
  return (
    <div className="notice is-accent banner row">
      <p className="welcome">
        Alerts come in by webhook, are judged gate by gate, and become positions that are closed at the tick that calls
        for it. Today shows what is on, Decisions why each alert was or was not traded, Controls what limits it all; the
        kill switch <span className="nowrap">(<kbd>Shift</kbd> <kbd>K</kbd>)</span> stops it from anywhere. To see it work,{" "}
        <Link href="/webhooks">send a test alert</Link>.
      </p>
      <Button
        onClick={() => {
          localStorage.setItem(NAME, "yes");
          setShown(false);
        }}
      >
        Understood
      </Button>
    </div>
  );
}
