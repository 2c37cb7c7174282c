import { Box } from 'ink';
import { Component, type ReactNode } from 'react';
import { type Line, text } from '../present/line.ts';
import { indented } from '../present/prose.ts';
import { useSession, useStage } from './context.ts';
import { Lines } from './lines.tsx';

interface GuardProps {
  /** What is guarded, as people call it: `the cache panel`. */
  readonly name: string;
  readonly width: number;
  readonly rows: number;
  readonly children: ReactNode;
}

interface CatcherProps extends GuardProps {
  /** With another one it is tried again. */
  readonly attempt: unknown;
  readonly onFault: (error: Error, name: string) => void;
}

interface CatcherState {
  readonly fault: Error | null;
  readonly attempt: unknown;
}

function faultLines(name: string, fault: Error, width: number): readonly Line[] {
  return [
    [text(` ✖ ${name} cannot be drawn`, 'bad')],
    ...indented(fault.message, width, 3, 'quiet', 3),
    ...indented(
      'The rest goes on. Ctrl-L tries it again; the log has the details.',
      width,
      3,
      'plain',
      2,
    ),
  ];
}

class Catcher extends Component<CatcherProps, CatcherState> {
  override state: CatcherState = { fault: null, attempt: this.props.attempt };

  static getDerivedStateFromError(thrown: unknown): Partial<CatcherState> {
    return { fault: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  static getDerivedStateFromProps(
    { attempt }: CatcherProps,
    before: CatcherState,
  ): CatcherState | null {
    return attempt === before.attempt ? null : { fault: null, attempt };
  }

  override componentDidCatch(thrown: unknown) {
    const fault = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.props.onFault(fault, this.props.name);
  }

  override render() {
    const { fault } = this.state;
    const { name, width, rows, children } = this.props;
    if (fault === null) return children;
    return (
      <Box width={width} height={rows} flexShrink={0}>
        <Lines lines={faultLines(name, fault, width)} width={width} rows={rows} />
      </Box>
    );
  }
}

/** Keeps a fault in one part of the screen from the others: they go on, and it says what happened. */
export function Guard(props: GuardProps) {
  const { ports } = useStage();
  const attempt = useSession((s) => s.redraws);
  const report = (error: Error, name: string) => ports.fault?.(error, name);
  return <Catcher {...props} attempt={attempt} onFault={report} />;
}
