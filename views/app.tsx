import { Box, useApp, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import { Frame } from './frame/frame.tsx';
import { useSession, useStage } from './kit/context.ts';
import { keyEvents } from './kit/key-events.ts';
import { useTop } from './kit/top.ts';

export interface AppProps {
  readonly columns: number;
  readonly rows: number;
  /** Hears how many keys have been handled. */
  readonly onKeys: (count: number) => void;
}

/** The whole screen: it takes every key, and is exactly as large as the terminal. */
export function App({ columns, rows, onKeys }: AppProps) {
  const { console, generation } = useStage();
  const { exit } = useApp();
  const leaving = useSession((s) => s.leaving);

  useTop();
  useInput((input, key) => {
    const events = keyEvents(input, key);
    for (const event of events) console.key(event);
    onKeys(events.length);
  });
  usePaste((text) => {
    console.key({ kind: 'paste', text });
    onKeys(1);
  });
  useEffect(() => console.resize(columns, rows), [console, columns, rows]);
  useEffect(() => {
    if (leaving) exit();
  }, [leaving, exit]);

  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Frame key={generation} columns={columns} rows={rows} />
    </Box>
  );
}
