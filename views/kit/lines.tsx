import { Box, Text } from 'ink';
import { memo, useRef, useSyncExternalStore } from 'react';
import type { Line } from '../present/line.ts';
import { useSession, useStage } from './context.ts';
import { moves, paintedLine } from './paint.ts';

const never = () => () => undefined;

interface Painting {
  readonly parts: readonly string[];
  readonly text: string;
}

/** The same text while all of its lines look the same: to compare them is cheaper than to join them. */
function joined(before: Painting | null, parts: readonly string[]): Painting {
  const same =
    before?.parts.length === parts.length &&
    parts.every((part, index) => part === before.parts[index]);
  return same ? before : { parts, text: parts.join('\n') };
}

/**
 * Lines as painted now, under each other. What passes with time is looked at once a second, and they are
 * drawn again only when one of them looks different.
 */
function usePainted(lines: readonly Line[], width: number): string {
  const { ticker, ports, appearance } = useStage();
  const frozenAt = useSession((session) => session.frozen?.at ?? null);
  const painting = useRef<Painting | null>(null);
  return useSyncExternalStore(lines.some(moves) ? ticker.subscribe : never, () => {
    const tick = ticker.now();
    const moment = { now: frozenAt ?? tick, tick, history: ports.history };
    const parts = lines.map((line) => paintedLine(line, width, moment, appearance));
    painting.current = joined(painting.current, parts);
    return painting.current.text;
  });
}

interface PaintedProps {
  readonly text: string;
  readonly width: number;
  readonly rows: number;
}

/** Text that is painted already: given to the renderer again only when it looks different. */
const Painted = memo(function Painted({ text, width, rows }: PaintedProps) {
  return (
    <Box width={width} height={rows} flexShrink={0}>
      <Text wrap="truncate-end">{text}</Text>
    </Box>
  );
});

interface LinesProps {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly rows: number;
}

/**
 * Lines under each other, never more than `rows`, each exactly as wide as asked. However many they are
 * and however many colours they have, they are one text to the renderer: a node of its own for each made
 * opening a screen the costliest of all keys.
 */
export function Lines({ lines, width, rows }: LinesProps) {
  const room = Math.max(0, rows);
  const shown = lines.length > room ? lines.slice(0, room) : lines;
  return <Painted text={usePainted(shown, width)} width={width} rows={room} />;
}

/** One line, exactly as wide as asked. */
export const LineView = memo(function LineView({
  line,
  width,
}: {
  readonly line: Line;
  readonly width: number;
}) {
  return <Painted text={usePainted([line], width)} width={width} rows={1} />;
});
