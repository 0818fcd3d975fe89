import { Link } from "wouter";
import { Empty, Page } from "@/ui";

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="Nothing is at this address.">
        <Link href="/">Today</Link> shows what is on; <kbd>/</kbd> searches.
      </Empty>
    </Page>
  );
}
