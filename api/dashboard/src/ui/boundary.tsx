import { Component, type ReactNode } from "react";

interface BoundaryProps {
  /** what stands in the place of what has failed */
  failed: (error: unknown) => ReactNode;
  children: ReactNode;
}

/** What fails inside, or cannot be loaded, leaves the rest of the page standing. */
export class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : this.props.failed(this.state.error);
  }
}
