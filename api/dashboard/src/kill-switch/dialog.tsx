import { useState } from "react";
import { $api, api, keyOf, queries } from "@/api/client";
import { KillSwitchOutcome } from "@/kill-switch/outcome";
import { Choice, Dialog, HoldButton, Loaded, sayFailed, TextField, useIntention, useMay } from "@/ui";
import { when } from "@/ui/format";

type Action = "halt" | "halt_and_close" | "resume";
type Scope = "account" | "all";

const DONE: Record<Action, string> = {
  halt: "Entries are stopped.",
  halt_and_close: "Entries are stopped, and what is held is being closed.",
  resume: "Entries are let through again.",
};

/** Stops what opens positions, closes what is held, and lets it go on: held for a second each. */
export function KillSwitchDialog({ onClose }: { onClose: () => void }) {
  const mayNotTrade = useMay("trade");
  const mayNotAdminister = useMay("administer");
  const [scope, setScope] = useState<Scope>("account");
  const [reason, setReason] = useState("");
  const [thrown, setThrown] = useState<{ id: string; action: Action } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const intention = useIntention();
  const state = $api.useQuery("get", "/kill-switch", {}, { staleTime: 0 });
  const whyNot = scope === "all" ? mayNotAdminister : isBusy ? "On its way …" : mayNotTrade;

  async function send(action: Action): Promise<void> {
    setBusy(true);
    try {
      const { data, error } = await api.POST("/kill-switch", {
        params: { header: { "Idempotency-Key": `${intention.key}-${action}-${scope}` } },
        body: { action, scope, reason: reason.trim() || "by hand, from the dashboard" },
      });
      if (data === undefined) {
        sayFailed(error);
        return;
      }
      setThrown({ id: data.kill_switch_id, action });
      intention.renew();
      void queries.invalidateQueries({ queryKey: keyOf("/kill-switch") });
    } catch (failure) {
      sayFailed(failure);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title="Kill switch" onClose={onClose}>
      <Loaded query={state} what="the kill switch">
        {({ account, all, halted }) => (
          <p>
            {halted ? <strong>Nothing is opened</strong> : "Entries are let through"}
            {account.halted && ` · this account, by ${account.changed_by ?? ""} ${when(account.changed_at)}`}
            {all.halted && ` · all accounts, by ${all.changed_by ?? ""} ${when(all.changed_at)}`}
          </p>
        )}
      </Loaded>
      {mayNotAdminister === null && (
        <Choice
          label="Of which account"
          options={[
            { name: "account", title: "This account" },
            { name: "all", title: "All accounts" },
          ]}
          chosen={scope}
          onChoose={setScope}
        />
      )}
      <TextField
        label="Reason (others see it)"
        value={reason}
        maxLength={500}
        placeholder="by hand, from the dashboard"
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="muted">Hold a button for one second; with the keyboard hold Enter or Space.</p>
      <div className="row">
        <HoldButton onHeld={() => void send("halt")} disabledReason={whyNot}>
          Stop entries
        </HoldButton>
        <HoldButton onHeld={() => void send("halt_and_close")} disabledReason={whyNot}>
          Stop and close all
        </HoldButton>
        {(scope === "all" ? state.data?.all : state.data?.account)?.halted === true && (
          <HoldButton onHeld={() => void send("resume")} disabledReason={whyNot}>
            Let entries through
          </HoldButton>
        )}
      </div>
      <div aria-live="assertive">{thrown !== null && <strong>{DONE[thrown.action]}</strong>}</div>
      {thrown !== null && thrown.action !== "resume" && <KillSwitchOutcome id={thrown.id} />}
    </Dialog>
  );
}
