import type { PanelStatus } from '../../src/live/selectors.ts';
import { cell, type Line, lineWidth, sized, text } from '../present/line.ts';
import { statusWords } from '../present/status.ts';
import { useNow } from './context.ts';
import { LineView } from './lines.tsx';

export interface TitledRuleProps {
  readonly title: string;
  /** The digit that chooses the panel; null where none does. */
  readonly digit: number | null;
  readonly summary: Line;
  readonly status: PanelStatus | null;
  readonly focused: boolean;
  readonly width: number;
}

/** A panel's title with a rule to its end, where it says how old the panel is. */
export function TitledRule(props: TitledRuleProps) {
  const { title, digit, summary, status, focused, width } = props;
  const now = useNow();
  const state = status === null ? null : statusWords(status, now);
  const end: Line = state === null ? [] : [text(` ${state.text}`, state.tone)];
  const roomy = lineWidth(end) + lineWidth(summary) + title.length + 8 <= width;
  const start: Line = [
    text(' '),
    ...(digit === null ? [] : [text(`${digit} `, 'accent')]),
    text(title.toUpperCase(), focused ? 'accent' : 'strong'),
    ...(lineWidth(summary) > 0 && roomy ? [text('  '), ...summary] : []),
    text(' '),
  ];
  const room = Math.max(0, width - lineWidth(end));
  const ruled = Math.max(0, room - lineWidth(start));
  const line: Line = [
    ...cell(
      [...sized(start, Math.min(room, lineWidth(start))), text('─'.repeat(ruled), 'quiet')],
      room,
    ),
    ...end,
  ];
  return <LineView line={line} width={width} />;
}
