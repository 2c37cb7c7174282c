import { Box } from 'ink';
import type { PanelId } from '../../src/keymap/commands.ts';
import type { PanelStatus } from '../../src/live/selectors.ts';
import { useSession } from '../kit/context.ts';
import { Lines } from '../kit/lines.tsx';
import { TitledRule } from '../kit/titled-rule.tsx';
import { blank, type Line, text } from '../present/line.ts';
import { clip, filled, windowOf } from '../present/list.ts';
import { indented } from '../present/prose.ts';
import { aged, failureLines } from '../present/status.ts';
import type { PanelProps } from './panel.ts';

export interface PanelFrameProps extends PanelProps {
  readonly id: PanelId;
  readonly title: string;
  readonly summary: Line;
  readonly status: PanelStatus;
  /** The panel's rows, in order; the chosen one is kept in sight. */
  readonly lines: readonly Line[];
  /** Place of the chosen row; -1 for none. */
  readonly chosen: number;
  /** What is known of the chosen row, for the zoomed panel. */
  readonly details: readonly Line[];
  /** What to do while there is nothing to show. */
  readonly empty: string;
  /** False for panels whose rows tell of their own failures. */
  readonly failures?: boolean;
}

/** The lines of a panel: what failed, what is known, what does not fit. */
function bodyLines(props: PanelFrameProps, rows: number): readonly Line[] {
  const { lines, status, chosen, width } = props;
  const failure = props.failures === false ? [] : failureLines(status.source, width);
  const told = failure.slice(0, Math.max(1, rows));
  const room = rows - told.length;
  if (lines.length === 0 && told.length === 0) {
    const words = status.status === 'connecting' ? 'connecting…' : props.empty;
    return indented(words, width, 5, 'quiet', Math.max(1, rows));
  }
  const shown = props.failures === false ? lines : aged(lines, status.status);
  if (lines.length <= room || (chosen < room - 1 && !props.zoomed)) {
    return [...told, ...clip(shown, room)];
  }
  const [from, to] = windowOf(lines.length, Math.max(0, chosen), room);
  return [...told, ...shown.slice(from, to)];
}

/** Title, rows and, zoomed, the details of the chosen row. */
export function PanelFrame(props: PanelFrameProps) {
  const { id, title, summary, status, width, rows, zoomed, digit, details } = props;
  const focused = useSession((s) => s.focus === id && s.screen !== 'wizard');
  const filter = useSession((s) => s.filter[id]);
  const footRows = zoomed && details.length > 0 ? Math.min(details.length + 1, rows >> 1) : 0;
  const bodyRows = Math.max(0, rows - 1 - footRows);
  const body = filled(bodyLines(props, bodyRows), bodyRows);
  const foot = footRows > 0 ? [blank, ...details].slice(0, footRows) : [];
  const words: Line = filter === '' ? summary : [...summary, text(`  /${filter}`, 'warn')];
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0} overflow="hidden">
      <TitledRule
        title={title}
        digit={digit}
        summary={words}
        status={status}
        focused={focused}
        width={width}
      />
      <Lines lines={[...body, ...foot]} width={width} rows={rows - 1} />
    </Box>
  );
}
