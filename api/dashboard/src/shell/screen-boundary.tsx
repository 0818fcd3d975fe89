import type { ReactNode } from "react";
import { Boundary } from "@/ui/boundary";
import { Failed } from "@/ui/states";

/** A screen that fails leaves the rest of the page standing: the kill switch above all. */
export function ScreenBoundary({ children }: { children: ReactNode }) {
  return (
    // a chunk that is gone, after an update of the platform, is there again once the page is read anew
    <Boundary failed={(error) => <Failed error={error} onRetry={() => window.location.reload()} />}>{children}</Boundary>
  );
}
