/** What stands in gates and messages, as a person reads it. Pure. */
import { when } from "@/ui/format";

const INSTANT = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d+)?(\+00:00|Z)$/;

/** A gate's input: an instant as the exchange's time, all else as it is. */
export function inputText(value: string): string {
  return INSTANT.test(value) ? when(value.replace(" ", "T")) : value;
}

/** `price-ticks.v1-3` is partition 3 of price-ticks.v1. */
export function placeOnTopic(name: string): { topic: string; partition: string } {
  const at = name.lastIndexOf("-");
  return at > 0 && /^\d+$/.test(name.slice(at + 1))
    ? { topic: name.slice(0, at), partition: name.slice(at + 1) }
    : { topic: name, partition: "–" };
}

/** The first twelve digits tell hashes apart; the whole one is there to be copied. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
