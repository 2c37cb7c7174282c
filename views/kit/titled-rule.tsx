import type { FactKind } from '../../src/domain/fact.ts';
import { cell, type Line, lineWidth, sized, text } from '../present/line.ts';
import { LineView } from './lines.tsx';
import { useStatusWords } from './status.ts';

export interface TitledRuleProps {
  readonly title: string;
  /** The digit that chooses the panel; null where none does. */
  readonly digit: number | null;
  readonly summary: Line;
  /** The facts it draws: their sources decide the word at its end; none where it has none. */
  readonly kinds: readonly FactKind[];
  readonly focused: boolean;
  readonly width: number;
  /** The title is a name: it is drawn as it is written. */
  readonly plain?: boolean;
}

/** A panel's title with a rule to its end, where it says how old the panel is. */
export function TitledRule(props: TitledRuleProps) {
  const { title, digit, summary, kinds, focused, width } = props;
  const state = useStatusWords(kinds);
  const end: Line = kinds.length === 0 ? [] : [text(` ${state.text}`, state.tone)];
  const roomy = lineWidth(end) + lineWidth(summary) + title.length + 8 <= width;
  const start: Line = [
    text(' '),
    ...(digit === null ? [] : [text(`${digit} `, 'accent')]),
    text(props.plain === true ? title : title.toUpperCase(), focused ? 'accent' : 'strong'),
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
