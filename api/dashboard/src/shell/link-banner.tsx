import { reconnect, useLink } from "@/live";
import { Button } from "@/ui";
import { when } from "@/ui/format";

/** Says when what is shown is not what is: since when, and what that means. */
export function LinkBanner() {
  const { state, since, isFeedStale } = useLink();
  const isShown = state === "stale" || state === "lost";
  return (
    <div role="alert">
      {isShown && (
        <div className="notice is-bad banner row" data-link={state}>
          <span>
            <strong>{state === "lost" ? "Connection lost." : "Not live."}</strong>{" "}
            {since === null ? "No word has come from the platform yet." : `The last word came ${when(since)}.`}{" "}
            {isFeedStale && state === "stale"
              ? "The platform answers, and cannot read what happens: positions and prices may be old. Exits go on by themselves."
              : "Positions and prices below may be old, and are not to be traded on. What is missed comes as soon as the platform answers."}
          </span>
          <Button onClick={reconnect}>Try now</Button>
        </div>
      )}
    </div>
  );
}
