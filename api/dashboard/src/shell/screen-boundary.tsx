import { Component, type ReactNode } from "react";
import { Failed } from "@/ui/states";

/** A screen that fails leaves the rest of the page standing: the kill switch above all. */
export class ScreenBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    // a chunk that is gone, after an update of the platform, is there again once the page is read anew
    return <Failed error={this.state.error} onRetry={() => window.location.reload()} />;
  }
}
