import { Box, useApp, useInput, usePaste } from 'ink';
import { useEffect } from 'react';
import { OverlayLayer } from './dialogs/overlay-layer.tsx';
import { AlertLine } from './frame/alert-line.tsx';
import { Header } from './frame/header.tsx';
import { HintBar } from './frame/hint-bar.tsx';
import { Incident } from './frame/incident.tsx';
import { Overview } from './frame/overview.tsx';
import { RecommendationLine } from './frame/recommendation-line.tsx';
import { TooSmall } from './frame/too-small.tsx';
import { useSession, useStage } from './kit/context.ts';
import { keyEvents } from './kit/key-events.ts';
import { digitOf, panels } from './registry.ts';
import { Wizard } from './wizard/wizard.tsx';

/** Below this the screen only says that it is too small. */
const COLUMNS_MIN = 40;
const ROWS_MIN = 10;

interface Size {
  readonly width: number;
  readonly rows: number;
}

function Zoom({ width, rows }: Size) {
  const focus = useSession((s) => s.focus);
  const Panel = panels[focus];
  return <Panel width={width} rows={rows} zoomed={true} digit={digitOf(focus)} />;
}

/** What lies between the header and the hint bar. */
function Body({ width, rows }: Size) {
  const screen = useSession((s) =>
    s.screen === 'wizard' && s.run === null ? 'overview' : s.screen,
  );
  if (screen === 'wizard') return <Wizard width={width} rows={rows} />;
  if (screen === 'incident') return <Incident width={width} rows={rows} />;
  return (
    <Box flexDirection="column" width={width} height={rows} overflow="hidden">
      <AlertLine width={width} />
      <RecommendationLine width={width} />
      <Box height={rows >= 20 ? 1 : 0} />
      {screen === 'overview' ? (
        <Overview width={width} rows={rows - (rows >= 20 ? 3 : 2)} />
      ) : (
        <Zoom width={width} rows={rows - (rows >= 20 ? 3 : 2)} />
      )}
    </Box>
  );
}

export interface AppProps {
  readonly columns: number;
  readonly rows: number;
  /** Hears how many keys have been handled. */
  readonly onKeys: (count: number) => void;
}

/** The whole screen: it takes every key, and is exactly as large as the terminal. */
export function App({ columns, rows, onKeys }: AppProps) {
  const { console } = useStage();
  const { exit } = useApp();
  const leaving = useSession((s) => s.leaving);

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

  const tiny = columns < COLUMNS_MIN || rows < ROWS_MIN;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {tiny ? (
        <TooSmall columns={columns} rows={rows} />
      ) : (
        <>
          <Header width={columns} />
          <Body width={columns} rows={rows - 2} />
          <HintBar width={columns} />
          <OverlayLayer columns={columns} rows={rows} />
        </>
      )}
    </Box>
  );
}
