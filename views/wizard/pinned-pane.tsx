import { Box } from 'ink';
import { metricsTable } from '../../src/console/tables/metrics.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { useLive } from '../kit/context.ts';
import { Table } from '../kit/table.tsx';
import { TitledRule } from '../kit/titled-rule.tsx';
import { shareRows } from '../present/layout.ts';
import { metricsView } from '../present/metrics.ts';
import { watched } from '../present/pinned.ts';
import { panelNamed, panels } from '../registry.ts';

/** Signals are computed from scrapes. */
const WATCH_KINDS = ['metrics'] as const;

function Watch({ runbook, width, rows }: { runbook: Runbook; width: number; rows: number }) {
  const readings = useLive((live) => watched(live, runbook));
  const all = readings.filter(({ unit }) => unit !== 'state');
  const watchedRows = all.map((reading, place) => ({
    key: `${reading.id} ${place}`,
    reading,
    place,
  }));
  return (
    <Box flexDirection="column" width={width} height={rows} flexShrink={0}>
      <TitledRule
        title="Watch"
        digit={null}
        summary={[]}
        kinds={WATCH_KINDS}
        focused={false}
        width={width}
      />
      <Table
        table={metricsTable}
        view={metricsView}
        rows={watchedRows}
        look={{ filter: '', sort: null }}
        hidden={[]}
        selected={null}
        marks={[]}
        width={width}
        height={rows - 1}
        zoomed={false}
        dim={false}
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
    ...ids.map((id) => panels[id].wants(live, width)),
  ]);
  const shares = shareRows(
    rows,
    wishes.map((want, index) => ({ wants: index === 0 ? want : Math.max(1, want), least: 2 })),
  );
  const [watch] = shares;
  return (
    <Box flexDirection="column" width={width} height={rows} marginLeft={1}>
      {ids.map((id, index) => {
        const share = shares[index + 1];
        const { View } = panels[id];
        if (share === undefined || share.rows === 0) return null;
        return (
          <Box key={id} flexShrink={0} marginBottom={share.gap || watch?.gap ? 1 : 0}>
            <View width={width} rows={share.rows} zoomed={false} digit={null} />
          </Box>
        );
      })}
      {watch !== undefined && watch.rows > 0 && wishes[0] !== 0 ? (
        <Watch runbook={runbook} width={width} rows={watch.rows} />
      ) : null}
    </Box>
  );
}
