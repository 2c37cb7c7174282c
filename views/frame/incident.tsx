import { Box } from 'ink';
import { useEffect } from 'react';
import { useBoard, useSession, useStage, useTick } from '../kit/context.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { severityTone } from '../present/header.ts';
import { blank, elapsed, type Line, spread, text, wrap } from '../present/line.ts';

const TIME_WIDTH = 11;

/** The journal of one incident, oldest first; it opens at its end. */
export function Incident({ width, rows }: { readonly width: number; readonly rows: number }) {
  const { console, ports } = useStage();
  const id = useSession((s) => s.incident) ?? '';
  const scroll = useSession((s) => s.incidentScroll);
  const summary = useBoard((board) => board.incidents.find((incident) => incident.id === id));
  useSession((s) => s.run?.state.seq);
  useTick();
  const events = ports.timeline(id);
  const lines: Line[] = events.flatMap(({ at, text: words }) => {
    const time = `${new Date(at).toISOString().slice(11, 19)}Z`;
    return wrap(words, width - TIME_WIDTH - 3).map((part, index) => [
      text(index === 0 ? ` ${time}  ` : ' '.repeat(TIME_WIDTH + 1), 'quiet'),
      text(part),
    ]);
  });
  const room = rows - 3;
  const last = Math.max(0, lines.length - room);
  useEffect(() => console.measure(last), [console, last]);
  const from = Math.min(scroll, last);
  const shown = lines.slice(from, from + room);
  const tone = severityTone(summary?.severity ?? 'P4');
  const title: Line = [
    text(` ${summary?.severity ?? ''} ${id}  `, tone),
    text(summary?.title ?? '', 'strong'),
  ];
  const since: Line = summary ? [text('open '), elapsed(summary.openedAt, 'plain', 8)] : [];
  const more = last - from;
  const foot: Line =
    more > 0 ? [text(`   … ${more} more line${more === 1 ? '' : 's'} below`, 'quiet')] : blank;
  const empty: Line = [text('   nothing is written of this incident yet', 'quiet')];
  return (
    <Box flexDirection="column" width={width} height={rows}>
      <LineView line={spread(title, since, width)} width={width} />
      <LineView line={[text('─'.repeat(width), 'quiet')]} width={width} />
      <Lines lines={shown.length > 0 ? shown : [empty]} width={width} rows={room} />
      <LineView line={foot} width={width} />
    </Box>
  );
}
