import { Button, say } from "@/ui";

/** Copies a text. Where the browser forbids it, as on an address without TLS, it says how else. */
export function CopyButton({ what, text }: { what: string; text: string }) {
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied: ${what}.`);
    } catch {
      say("The browser lets no page copy at this address: show the secrets, mark the text and copy it by hand.");
    }
  }
  return (
    <Button aria-label={`Copy ${what}`} onClick={() => void copy()}>
      Copy
    </Button>
  );
}
