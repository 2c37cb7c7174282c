import { Component, type ReactNode } from 'react';

interface Props {
  readonly onError: (error: Error) => void;
  readonly children: ReactNode;
}

/** Takes a fault in a view out of the tree, so that the terminal can be given back before it is told. */
export class ErrorBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(thrown: unknown) {
    this.props.onError(thrown instanceof Error ? thrown : new Error(String(thrown)));
  }

  override render() {
    return this.state.failed ? null : this.props.children;
  }
}
