import { Box } from 'ink';
import { isTooSmall } from '../../src/console/session.ts';
import { digitOf } from '../../src/keymap/commands.ts';
import { OverlayLayer } from '../dialogs/overlay-layer.tsx';
import { useSession } from '../kit/context.ts';
import { Guard } from '../kit/guard.tsx';
import { Logs } from '../logs/logs.tsx';
import { panels } from '../registry.ts';
import { Wizard } from '../wizard/wizard.tsx';
import { AlertLine } from './alert-line.tsx';
import { DetailScreen } from './detail.tsx';
import { Header } from './header.tsx';
import { HintBar } from './hint-bar.tsx';
import { Incident } from './incident.tsx';
import { Overview } from './overview.tsx';
import { RecommendationLine } from './recommendation-line.tsx';
import { TooSmall } from './too-small.tsx';

/** From here on a line is left empty under what is alerting. */
const GAP_ROWS_MIN = 26;

interface Size {
  readonly width: number;
  readonly rows: number;
}

function Zoom({ width, rows }: Size) {
  const focus = useSession((s) => s.focus);
  const { View } = panels[focus];
  return (
    <Guard key={focus} name={`the panel ${focus}`} width={width} rows={rows}>
      <View width={width} rows={rows} zoomed={true} digit={digitOf(focus)} />
    </Guard>
  );
}

/** What lies between the header and the hint bar. */
function Body({ width, rows }: Size) {
  const screen = useSession((s) =>
    s.screen === 'wizard' && s.run === null ? 'overview' : s.screen,
  );
  if (screen === 'wizard') return <Wizard width={width} rows={rows} />;
  if (screen === 'incident') return <Incident width={width} rows={rows} />;
  if (screen === 'logs') return <Logs width={width} rows={rows} />;
  const gap = rows >= GAP_ROWS_MIN ? 1 : 0;
  const room = rows - 2 - gap;
  return (
    <Box flexDirection="column" width={width} height={rows}>
      <AlertLine width={width} />
      <RecommendationLine width={width} />
      <Box height={gap} flexShrink={0} />
      {screen === 'overview' ? <Overview width={width} rows={room} /> : null}
      {screen === 'panel' ? <Zoom width={width} rows={room} /> : null}
      {screen === 'detail' ? <DetailScreen width={width} rows={room} /> : null}
    </Box>
  );
}

/** The whole picture: exactly as large as the terminal, and never larger. */
export function Frame({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  const screen = useSession((s) => s.screen);
  if (isTooSmall({ columns, rows })) return <TooSmall columns={columns} rows={rows} />;
  return (
    <>
      <Header width={columns} />
      <Guard key={screen} name="this screen" width={columns} rows={rows - 2}>
        <Body width={columns} rows={rows - 2} />
      </Guard>
      <HintBar width={columns} />
      <OverlayLayer columns={columns} rows={rows} />
    </>
  );
}
