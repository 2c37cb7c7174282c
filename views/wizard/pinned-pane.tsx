import { Box } from 'ink';
import { breakerRows, checkRows, containerRows, metricRows } from '../../src/console/rows.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { useLive } from '../kit/context.ts';
import { Lines } from '../kit/lines.tsx';
import { TitledRule } from '../kit/titled-rule.tsx';
import { shareRows } from '../present/layout.ts';
import { metricLine, metricNameWidth } from '../present/metrics.ts';
import { watched } from '../present/pinned.ts';
import { panelNamed, panels } from '../registry.ts';

const CACHE_ROWS = 4;

function wants(live: LiveState, panel: PanelId): number {
  switch (panel) {
    case 'containers':
      return containerRows(live, '').length;
    case 'metrics':
      return metricRows(live, '').length;
    case 'breakers':
      return breakerRows(live, '').length;
    case 'cache':
      return CACHE_ROWS;
    case 'checks':
      return checkRows(live, '').length;
  }
}

function Watch({ runbook, width, rows }: { runbook: Runbook; width: number; rows: number }) {
  const readings = useLive((live) => watched(live, runbook));
  const sources = useLive((live) => sourcesOf(live, 'metrics'));
  const all = readings
    .filter(({ unit }) => unit !== 'state')
    .map((reading) => ({ key: reading.id, reading }));
  const nameWidth = metricNameWidth(all, 12);
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0} overflow="hidden">
      <TitledRule
        title="Watch"
        digit={null}
        summary={[]}
        status={panelStatus(sources)}
        focused={false}
        width={width}
      />
      <Lines
        lines={all.map((row) => metricLine(row, { width, nameWidth, chosen: false }))}
        width={width}
        rows={rows - 1}
      />
    </Box>
  );
}

/** The panels a runbook pins beside its step, and the signals it watches. */
export function PinnedPane(props: {
  readonly runbook: Runbook;
  readonly width: number;
  readonly rows: number;
}) {
  const { runbook, width, rows } = props;
  const ids = [...new Set(runbook.panels.flatMap((name) => panelNamed(name) ?? []))];
  const wishes = useLive((live) => [
    ids.includes('metrics')
      ? 0
      : watched(live, runbook).filter(({ unit }) => unit !== 'state').length,
    ...ids.map((id) => wants(live, id)),
  ]);
  const shares = shareRows(
    rows,
    wishes.map((want, index) => ({ wants: index === 0 ? want : Math.max(1, want), least: 2 })),
  );
  const [watch] = shares;
  return (
    <Box flexDirection="column" width={width} height={rows} marginLeft={1} overflow="hidden">
      {ids.map((id, index) => {
        const share = shares[index + 1];
        const Panel = panels[id];
        if (share === undefined || share.rows === 0) return null;
        return (
          <Box key={id} flexShrink={0} marginBottom={share.gap || watch?.gap ? 1 : 0}>
            <Panel width={width} rows={share.rows} zoomed={false} digit={null} />
          </Box>
        );
      })}
      {watch !== undefined && watch.rows > 0 && wishes[0] !== 0 ? (
        <Watch runbook={runbook} width={width} rows={watch.rows} />
      ) : null}
    </Box>
  );
}
