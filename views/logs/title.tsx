import { LineView } from '../kit/lines.tsx';
import { type Line, lineWidth, sized, text } from '../present/line.ts';

/** The title of the log screen: what is shown, a rule, and how it stands. */
export function LogTitle(props: {
  readonly title: string;
  readonly words: string;
  readonly end: Line;
  readonly width: number;
}) {
  const { title, words, end, width } = props;
  const room = Math.max(0, width - lineWidth(end) - 2);
  const start: Line = [text(` ${title}  `, 'accent'), text(words, 'strong'), text(' ')];
  const fitted = sized(start, Math.min(room, lineWidth(start)));
  const ruled = Math.max(0, room - lineWidth(fitted));
  const line: Line = [...fitted, text('─'.repeat(ruled), 'quiet'), text(' '), ...end];
  return <LineView line={line} width={width} />;
}
