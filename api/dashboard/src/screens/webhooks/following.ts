/** What becomes of an alert, step by step: from what the stream tells, and from the history once it has it. Pure. */
import type { Schemas } from "@/api/client";
import type { Happening } from "@/live";
import { money, words } from "@/ui/format";

export type Sent = Schemas["AlertSent"];
export type Lineage = Schemas["Lineage"];

export interface Step {
  name: string;
  state: "done" | "bad" | "waits";
  says: string;
  /** where more of it is, and what is there */
  link?: { to: string; title: string };
}

/** Return the steps of an alert that was sent: those that were taken, and the one that is waited for. */
export function stepsOf(sent: Sent, happenings: readonly Happening[], lineage: Lineage | null): Step[] {
  const told = happenings.filter(({ signal_id }) => signal_id === sent.signal_id);
  const of = (kind: Happening["kind"]) => told.find((each) => each.kind === kind);
  const steps: Step[] = [accepted(sent)];
  const isRead = of("signal") !== undefined || lineage !== null;
  steps.push(isRead ? { name: "On the line", state: "done", says: "read from Kafka" } : waiting("On the line", "to be read"));
  if (!isRead) return steps;

  const verdict = verdictOf(of("decision"), lineage);
  const why = { to: `/decisions/${sent.signal_id}`, title: "why, gate by gate" };
  const queued = lineage?.signal.queue_reason;
  if (verdict === null) {
    const says = queued === null || queued === undefined ? "by both engines" : `it is queued: ${words(queued)}`;
    return [...steps, { ...waiting("Judged", says), link: why }];
  }
  if (verdict !== "approved") {
    return [...steps, { name: "Refused", state: "bad", says: words(verdict), link: why }];
  }
  steps.push({ name: "Judged", state: "done", says: "approved", link: why });

  const order = of("order");
  const placed = lineage?.orders[0];
  if (order === undefined && placed === undefined) return [...steps, waiting("Ordered", "an order")];
  const limit = order?.price ?? placed?.limit_price ?? null;
  steps.push({ name: "Ordered", state: "done", says: `${contracts(order?.quantity ?? placed?.quantity)}, limit ${money(limit)}` });

  const fill = of("fill");
  const filled = lineage?.fills[0];
  if (fill === undefined && filled === undefined) {
    const ended = placed !== undefined && ENDED.includes(placed.status) ? placed.status : null;
    return [...steps, ended === null ? waiting("Filled", "the exchange") : { name: "Not filled", state: "bad", says: ended }];
  }
  const position = fill?.position_id ?? filled?.position_id ?? null;
  steps.push({
    name: "Filled",
    state: "done",
    says: `${contracts(fill?.quantity ?? filled?.fill_quantity)} at ${money(fill?.price ?? filled?.fill_price ?? null)}`,
    ...(position === null ? {} : { link: { to: `/positions/${position}`, title: "the position" } }),
  });
  return steps;
}

const ENDED: readonly string[] = ["canceled", "failed", "expired", "busted"];

function accepted({ status, processing_time_ms }: Sent): Step {
  const took = `in ${processing_time_ms} ms`;
  const says = status === "DUPLICATE" ? `as a repeat of one within the last minute, ${took}` : `and kept, ${took}`;
  return { name: "Accepted", state: "done", says };
}

function verdictOf(decision: Happening | undefined, lineage: Lineage | null): string | null {
  if (decision !== undefined) return decision.what;
  const found = lineage?.decision;
  if (found === null || found === undefined) return null;
  return found.status === "approved" ? "approved" : (found.rejection_reason ?? "rejected");
}

function waiting(name: string, says: string): Step {
  return { name, state: "waits", says: `waits: ${says}` };
}

function contracts(quantity: number | null | undefined): string {
  if (quantity === null || quantity === undefined) return "contracts";
  return `${quantity} ${quantity === 1 ? "contract" : "contracts"}`;
}
