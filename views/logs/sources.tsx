import { Box } from 'ink';
import type { LogSession } from '../../src/console/log-session.ts';
import { logSources } from '../../src/console/log-sources.ts';
import { useLive, useStage } from '../kit/context.ts';
import { Lines, LineView } from '../kit/lines.tsx';
import { type Line, text } from '../present/line.ts';
import { windowOf } from '../present/list.ts';
import { LogTitle } from './title.tsx';

interface LogSourcesProps {
  readonly logs: LogSession;
  readonly width: number;
  readonly rows: number;
}

/** The logs there are, to add to those on the screen or to take away. */
export function LogSources({ logs, width, rows }: LogSourcesProps) {
  const { ports } = useStage();
  const live = useLive((state) => state);
  const sources = logSources(live, ports.logNames ?? []);
  const wanted = new Set(logs.wanted);
  const at = sources.findIndex(({ key }) => key === logs.choice);
  const room = rows - 2;
  const [from, to] = windowOf(sources.length, Math.max(0, at), room);
  const lines = sources.slice(from, to).map((source): Line => {
    const chosen = source.key === logs.choice;
    const on = wanted.has(source.key);
    return [
      text(chosen ? ' ▸ ' : '   ', 'accent'),
      text(on ? '[x] ' : '[ ] ', on ? 'ok' : 'quiet'),
      text(source.name, chosen ? 'strong' : 'plain'),
      text(source.kind === 'container' ? '' : '  configured', 'quiet'),
    ];
  });
  const none: Line = [text('   no log is known yet', 'quiet')];
  const end: Line = [text(`${wanted.size} of ${sources.length} chosen`, 'quiet')];
  const help: Line = [text('  Enter adds or takes away, Esc shows them', 'quiet')];
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      <LogTitle title="LOGS" words="to be shown together" end={end} width={width} />
      <LineView line={help} width={width} />
      <Lines lines={sources.length === 0 ? [none] : lines} width={width} rows={room} />
    </Box>
  );
}
