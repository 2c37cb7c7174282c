import { Box, Text } from 'ink';
import { memo, useMemo, useSyncExternalStore } from 'react';
import { type Line, sized } from '../present/line.ts';
import { useSession, useStage } from './context.ts';
import { moves, paintLine } from './paint.ts';
import { useSteady } from './steady.ts';

const never = () => () => undefined;

/**
 * The line as painted now. What passes with time is looked at once a second, and only a line whose look
 * has changed is drawn again.
 */
function usePainted(line: Line, width: number): string {
  const { ticker, ports, appearance } = useStage();
  const frozenAt = useSession((session) => session.frozen?.at ?? null);
  const fitted = useMemo(() => sized(line, width), [line, width]);
  const moving = useMemo(() => moves(fitted), [fitted]);
  return useSyncExternalStore(moving ? ticker.subscribe : never, () => {
    const tick = ticker.now();
    const moment = { now: frozenAt ?? tick, tick, history: ports.history };
    return paintLine(fitted, moment, appearance);
  });
}

/** Text that is painted already: given to the renderer again only when it looks different. */
const Painted = memo(function Painted({ text, width }: { text: string; width: number }) {
  return (
    <Box width={width} height={1} flexShrink={0}>
      <Text wrap="truncate-end">{text}</Text>
    </Box>
  );
});

/** One line, exactly as wide as asked: one text to the renderer, however many colours it has. */
export const LineView = memo(function LineView({
  line,
  width,
}: {
  readonly line: Line;
  readonly width: number;
}) {
  return <Painted text={usePainted(line, width)} width={width} />;
});

interface LinesProps {
  readonly lines: readonly Line[];
  readonly width: number;
  readonly rows: number;
}

const LinesOnce = memo(function LinesOnce({ lines, width, rows }: LinesProps) {
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other identity than its place
        <LineView key={index} line={line} width={width} />
      ))}
    </Box>
  );
});

/** Lines under each other, never more than `rows`. */
export function Lines({ lines, width, rows }: LinesProps) {
  const room = Math.max(0, rows);
  return <LinesOnce lines={useSteady(lines.slice(0, room))} width={width} rows={room} />;
}
