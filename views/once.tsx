import { stripVTControlCharacters } from 'node:util';
import { Box, renderToString } from 'ink';
import { createConsole } from '../src/console/console.ts';
import { createIdleCounter } from '../src/console/idle.ts';
import type { ConsolePorts } from '../src/console/ports.ts';
import { AlertLine } from './frame/alert-line.tsx';
import { Header } from './frame/header.tsx';
import { Overview } from './frame/overview.tsx';
import { RecommendationLine } from './frame/recommendation-line.tsx';
import { StageContext } from './kit/context.ts';
import { createTicker } from './kit/ticker.ts';

export interface OnceOptions {
  readonly ports: ConsolePorts;
  readonly columns: number;
  readonly rows: number;
  /** False where only ASCII can be written; true where absent. */
  readonly unicode?: boolean;
}

/** Header, alerts and recommendation. */
const HEAD_ROWS = 3;

/**
 * One frame of the overview as plain text, for a pipe, a ticket or a person without a terminal: no
 * escape sequences, no trailing space, ending in a newline.
 */
export async function renderOnce({
  ports,
  columns,
  rows,
  unicode = true,
}: OnceOptions): Promise<string> {
  const console = createConsole(ports, { idle: createIdleCounter() });
  const stage = {
    generation: 0,
    console,
    ports,
    ticker: createTicker(ports),
    appearance: { color: false, unicode },
  };
  try {
    const drawn = renderToString(
      <StageContext value={stage}>
        <Box flexDirection="column" width={columns} height={rows}>
          <Header width={columns} />
          <AlertLine width={columns} />
          <RecommendationLine width={columns} />
          <Overview width={columns} rows={rows - HEAD_ROWS} />
        </Box>
      </StageContext>,
      { columns },
    );
    const lines = stripVTControlCharacters(drawn).split('\n');
    return `${lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()}\n`;
  } finally {
    console.close();
  }
}
