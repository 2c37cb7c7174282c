import { Box } from 'ink';
import type { ReactNode } from 'react';
import { parseFilter } from '../../src/console/filter.ts';
import { pruned } from '../../src/console/table.ts';
import { tables } from '../../src/console/tables.ts';
import type { FactKind } from '../../src/domain/fact.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { useBoard, useLive, useSession, useStage } from '../kit/context.ts';
import { Lines } from '../kit/lines.tsx';
import type { Standing } from '../kit/status.ts';
import { TitledRule } from '../kit/titled-rule.tsx';
import { type Line, text } from '../present/line.ts';
import { indented } from '../present/prose.ts';
import { failureLines } from '../present/status.ts';
import type { PanelProps } from './panel.ts';

export interface PanelShellProps extends PanelProps {
  readonly id: PanelId;
  readonly title: string;
  /** A few words behind the title, e.g. `6 of 7 up`. */
  readonly summary: Line;
  /** The facts it draws; none for a panel without a source of its own. */
  readonly kinds: readonly FactKind[];
  readonly status: Standing;
  /** What to do while there is nothing to show. */
  readonly empty: string;
  /** False for panels whose rows tell of their own failures. */
  readonly failures?: boolean;
  /** What is known, drawn in so many lines; null when nothing is. */
  readonly content: ((room: number) => ReactNode) | null;
}

function filterWords(filter: string): Line {
  if (filter === '') return [];
  const plain = parseFilter(filter).pattern === null ? ' (as text)' : '';
  return [text(`  /${filter}${plain}`, 'warn')];
}

/** While some of its sources live, what failed leaves their rows this much room. */
const LIVE_ROWS_MIN = 2;

/** Title, what failed, and what is known. */
export function PanelShell(props: PanelShellProps) {
  const { id, title, summary, status, width, rows, digit, content } = props;
  const focused = useSession((s) => s.focus === id && s.screen !== 'wizard');
  const filter = useSession((s) => s.filter[id]);
  const chosenMarks = useSession((s) => s.marks[id]);
  const marks = useLive((live) => pruned(chosenMarks, tables[id], live)).length;
  const room = Math.max(0, rows - 1);
  const failed = props.failures === false ? [] : failureLines(status.source, width);
  const kept = content !== null && status.partly ? LIVE_ROWS_MIN : 0;
  const told = failed.slice(0, Math.max(1, room - kept));
  const left = room - told.length;
  const { mends } = useStage().ports;
  const starting = useBoard((board) => board.starting === true);
  const unfed = status.status === 'empty' && filter === '' ? mends?.[id] : undefined;
  const waiting = status.status === 'connecting' || (status.status === 'empty' && starting);
  const words = waiting ? 'connecting…' : (unfed ?? props.empty);
  const nothing = told.length > 0 ? [] : indented(words, width, 5, 'quiet', Math.max(1, room));
  const marked: Line = marks === 0 ? [] : [text(`  ${marks} marked`, 'accent')];
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0}>
      <TitledRule
        title={title}
        digit={digit}
        summary={[...summary, ...filterWords(filter), ...marked]}
        kinds={props.kinds}
        focused={focused}
        width={width}
      />
      {told.length > 0 ? <Lines lines={told} width={width} rows={told.length} /> : null}
      {left <= 0 ? null : content === null ? (
        <Lines lines={nothing} width={width} rows={left} />
      ) : (
        content(left)
      )}
    </Box>
  );
}
